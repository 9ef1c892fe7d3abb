"""Which days may be asked for? None so far away that its midnight, or the days around it, are none (S13)."""

from datetime import date

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


def day_of_ours(day: date) -> date:
    """Return the day; the first or the last of ours for one beyond: nothing of ours lies there."""
    return min(max(day, FIRST_DAY), LAST_DAY)
