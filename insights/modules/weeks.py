"""ISO weeks on the brand's own calendar (N20). A week is known by its Monday."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

WEEK = timedelta(days=7)
_DAYS = 7
_GAP = 2 * 52 * _DAYS


def monday(moment: datetime, zone: tzinfo) -> date:
    """Return the Monday of the week in which a moment falls there."""
    return _monday(moment.astimezone(zone).toordinal())


@lru_cache(maxsize=4_096)
def _monday(day: int) -> date:
    # Day 1 of the calendar was a Monday.
    return date.fromordinal(day - (day - 1) % _DAYS)


def year_week(day: date) -> str:
    """Return `2025-W01` of a day; the first ISO week of a year can begin in December."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def calendar(mondays: Collection[date]) -> Iterator[date]:
    """Yield every Monday from the first to the last, but not through two silent years: a typing mistake."""
    lively = sorted({day.toordinal() for day in mondays})
    for here, there in zip(lively, [*lively[1:], lively[-1] + _DAYS] if lively else (), strict=True):
        yield from map(date.fromordinal, range(here, there if there - here <= _GAP else here + 1, _DAYS))
