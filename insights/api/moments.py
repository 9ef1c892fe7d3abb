"""Ends of ranges: a bare day is the whole local day, a moment is itself; both ends are included."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from insights.rules import END_OF_DAY

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+ -][0-9]{2}:?[0-9]{2})?"
)
# Beyond these a day has no midnight in every zone.
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, tzinfo=UTC)

When = date | datetime


def read_when(text: str) -> When:
    """Return the day or moment that a text names. Raises ValueError."""
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    # A plus sign that nobody escaped comes out of a query as a space.
    return datetime.fromisoformat(text.replace(" ", "+"))


def first_of(when: When, zone: ZoneInfo) -> datetime:
    """Return the first moment that is meant, aware."""
    return _moment(when, time.min, zone)


def last_of(when: When, zone: ZoneInfo) -> datetime:
    """Return the last moment that is meant, aware."""
    return _moment(when, END_OF_DAY, zone)


def _moment(when: When, clock: time, zone: ZoneInfo) -> datetime:
    found = when if isinstance(when, datetime) else datetime.combine(when, clock)
    if not FIRST.year < found.year < LAST.year:
        return FIRST if found.year <= FIRST.year else LAST
    return found if found.tzinfo else found.replace(tzinfo=zone)
