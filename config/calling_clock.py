"""At which time are the demo's calls made? Lawful whenever it starts. Reads no settings: they read this."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.legality import DaysOff

ZONE = ZoneInfo("America/Santiago")
# Open in every frame and preset of both countries, whatever the season: late in Santiago, early in Lima.
FROM_HOUR, TO_HOUR = 14, 16
DAY = timedelta(days=1)
WORKING_DAYS = 5
# Whoever did not answer is called again a day later: the day before must be lawful too.
IN_A_ROW = 2


def clock_shift(now: datetime) -> int:
    """Return the seconds by which simulated calls are set back, so that they are lawful at any hour: the last
    afternoon of two working days in a row, in both countries of the demo; 0 when it is such an afternoon.
    """
    local = now.astimezone(ZONE)
    day = local.date()
    if _is_lawful(day) and FROM_HOUR <= local.hour < TO_HOUR:
        return 0
    if local.hour < TO_HOUR:
        day -= DAY
    while not _is_lawful(day):
        day -= DAY
    return int((datetime(day.year, day.month, day.day, FROM_HOUR, tzinfo=ZONE) - now).total_seconds())


def _is_lawful(day: date) -> bool:
    off = (DaysOff.of("CL"), DaysOff.of("PE"))
    days = [day - DAY * back for back in range(IN_A_ROW)]
    return all(each.weekday() < WORKING_DAYS and not any(each in one for one in off) for each in days)
