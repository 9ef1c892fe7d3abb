"""ISO weeks on the brand's own calendar (N20). A week is known by its Monday."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from babel.dates import format_skeleton

WEEK = timedelta(days=7)
_DAYS = 7
_GAP = 2 * 52 * _DAYS
_SPOKEN = {"es", "en"}


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


def first_day(week: str) -> date:
    """Return the Monday of an ISO week (2026-W07)."""
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def said_of(week: str, language: str) -> str:
    """Say the Monday of a week as sentences in a language do: `2 nov 2026`."""
    spoken = language.split("-")[0]
    found = spoken if spoken in _SPOKEN else "es"
    return str(format_skeleton("yMMMd", first_day(week), locale=found))


def calendar(mondays: Collection[date]) -> Iterator[date]:
    """Yield every Monday from the first to the last, but not through two silent years: a typing mistake."""
    lively = sorted({day.toordinal() for day in mondays})
    for here, there in zip(lively, [*lively[1:], lively[-1] + _DAYS] if lively else (), strict=True):
        yield from map(date.fromordinal, range(here, there if there - here <= _GAP else here + 1, _DAYS))
