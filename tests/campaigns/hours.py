"""Campaigns, clocks and people for the tests of calling hours, and a second reading of the law to judge by.

`is_legal` is written from the rules' words, minute by minute and clock by clock; it shares no step with
schedules, spans or offsets.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.legality import (
    CallSettings,
    DaysOff,
    Standing,
    calendar_for,
    frame_named,
    may_call,
    next_allowed,
    read_call_settings,
)
from campaigns.legality.frames import Counted, LegalFrame
from campaigns.legality.windows import Window, minutes
from campaigns.rules import UseCase

SANTIAGO = "America/Santiago"
PUNTA_ARENAS = "America/Punta_Arenas"
EASTER = "Pacific/Easter"
MINUTE = timedelta(minutes=1)


def a_window(text: str) -> Window:
    """Return the window that `09:00-20:00` says."""
    start, end = (minutes(part) for part in text.split("-"))
    assert start is not None
    assert end is not None
    return Window(start, end)


def some_settings(hours: str = "09:00-20:00", zone: str = SANTIAGO, **said) -> CallSettings:
    said.setdefault("legal_frame", "cl_collection")
    return CallSettings(timezone=zone, hours=a_window(hours), **said)


def read_settings(given, country="CL", use_case=UseCase.COLLECTION, account=None) -> CallSettings:
    """Return the settings of a campaign of an account in Santiago."""
    return read_call_settings(given, country=country, use_case=use_case, timezone=SANTIAGO, account=account)


def at(text: str, zone: str = SANTIAGO) -> datetime:
    """Return the instant at which a clock in `zone` shows `2026-09-07 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown(instant: datetime | None, zone: str = SANTIAGO) -> str:
    """Return what a clock in `zone` shows at an instant."""
    return "never" if instant is None else f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def a_calendar(
    settings: CallSettings | None = None,
    *zones: str,
    frame: LegalFrame | None = None,
    days_off: DaysOff | None = None,
):
    settings = settings or some_settings()
    chosen = frame or frame_named(settings.legal_frame)
    return calendar_for(
        settings, chosen, zones or (SANTIAGO,), days_off or DaysOff.of(chosen.country or "CL")
    )


def asked(now: datetime, calendar, **known):
    return may_call(now=now, calendar=calendar, standing=Standing(**known))


def following(instant: datetime, calendar, **known) -> datetime | None:
    return next_allowed(instant=instant, calendar=calendar, standing=Standing(**known))


def is_legal(now, told, standing):
    """Say by the words of C8 and C12 to C14 whether a call is legal; `told` is what a calendar is made of."""
    settings, frame, zones, days_off = told
    places = [now.astimezone(ZoneInfo(zone)) for zone in zones]
    home = now.astimezone(ZoneInfo(settings.timezone))
    return (
        not standing.is_suppressed
        and all(_asks(settings, clock) for clock in [*places, home])
        and all(_allows(frame, days_off, clock) for clock in places)
        and all(standing.last_day is None or clock.date() <= standing.last_day for clock in [*places, home])
        and (standing.earliest_at is None or now >= standing.earliest_at)
        and (standing.not_after is None or now < standing.not_after)
        and all(_spares(limit, now, zones, settings, standing) for limit in frame.limits)
    )


def _asks(settings: CallSettings, clock: datetime) -> bool:
    windows = settings.windows or (settings.hours,)
    return (
        clock.isoweekday() in settings.days_of_week
        and _within(settings.hours, clock)
        and any(_within(window, clock) for window in windows)
    )


def _allows(frame: LegalFrame, days_off: DaysOff, clock: datetime) -> bool:
    is_off = clock.date() in days_off and not frame.calls_on_holidays
    return not is_off and any(_within(window, clock) for window in frame.week[clock.isoweekday() - 1])


def _within(window: Window, clock: datetime) -> bool:
    return window.start <= clock.hour * 60 + clock.minute < window.end


def _spares(limit, now: datetime, zones, settings, standing: Standing):
    ends = standing.contacts if limit.counts is Counted.CONTACTS else standing.attempts
    if limit.hours:
        return sum(now - end < timedelta(hours=limit.hours) for end in ends) < limit.most
    return all(
        sum(_day(now, zone) - _day(end, zone) < timedelta(days=limit.local_days) for end in ends) < limit.most
        for zone in {*zones, settings.timezone}
    )


def _day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()
