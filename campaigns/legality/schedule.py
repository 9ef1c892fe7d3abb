"""When a group of entries may be called, as spans of instants, computed day by day and kept (C12, C14).

Every span comes from the clock on the wall of its place: the offset of the time-zone database at that very
instant, never midnight plus hours, which in Chile's spring does not exist.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from campaigns.legality.days_off import DaysOff
from campaigns.legality.windows import Week

DAY = 86_400
PROBE = 3_600 * 3  # no zone changes its offset twice within so short a time
HORIZON_DAYS = 400  # a moment that does not come within a year will not come
KEPT_DAYS = 2_000  # of one schedule in memory
UNIX_EPOCH = date(1970, 1, 1).toordinal()

Span = tuple[int, int]  # seconds since 1970, half-open
Offset = tuple[int, int, int]  # from, to, seconds east of UTC
_START = itemgetter(0)


@dataclass(frozen=True, slots=True)
class LocalHours:
    """Hours of the week on the clock of one zone, and the days on which they do not hold."""

    zone: str
    week: Week
    days_off: DaysOff | None = None

    def on(self, day: date) -> tuple[Span, ...]:
        """Return the windows of a local day in seconds since its midnight."""
        if self.days_off is not None and day in self.days_off:
            return ()
        return tuple((one.start * 60, one.end * 60) for one in self.week[day.weekday()])

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Yield the open spans between two instants, in order."""
        for begin, stop, east in offsets(self.zone, start, end):
            for number in range((begin + east) // DAY, (stop + east - 1) // DAY + 1):
                midnight = number * DAY - east
                for opening, closing in self.on(date.fromordinal(UNIX_EPOCH + number)):
                    first, last = max(begin, midnight + opening), min(stop, midnight + closing)
                    if first < last:
                        yield first, last


class Schedule:
    """The instants at which every one of several `LocalHours` is open.

    Without any it is never open: who is nowhere is called never (C14). Pure, and safe to share.
    """

    __slots__ = ("_days", "hours", "zones")

    def __init__(self, hours: tuple[LocalHours, ...]) -> None:
        self.hours = hours
        self.zones = tuple(dict.fromkeys(one.zone for one in hours))
        self._days: dict[int, list[Span]] = {}

    def is_open(self, instant: datetime) -> bool:
        """Answer whether `instant` (aware) lies in an open span."""
        return self._span_at(seconds(instant)) is not None

    def open_until(self, instant: datetime) -> datetime | None:
        """Return when the span around `instant` ends, itself no longer open; None if it is closed now."""
        found = self._span_at(seconds(instant))
        if found is None:
            return None
        return moment(next(self._joined(found))[1])

    def next_opening(self, instant: datetime) -> datetime | None:
        """Return `instant` itself if it is open, else the next opening; None if none comes in 400 days."""
        at = seconds(instant)
        if self._span_at(at) is not None:
            return instant
        found = self._next_span(at)
        return None if found is None else moment(found[0])

    def openings(self, start: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans between two instants, clipped to them, in order and joined across midnight."""
        first, last = seconds(start), seconds(until)
        found = self._span_at(first) or self._next_span(first)
        if found is None:
            return
        for opening, closing in self._joined(found):
            if opening >= last:
                return
            yield max(moment(opening), start), min(moment(closing), until)

    def local_days(self, instant: datetime) -> Iterator[date]:
        """Yield the date at `instant` in every zone."""
        return (instant.astimezone(ZoneInfo(zone)).date() for zone in self.zones)

    def _span_at(self, at: float) -> Span | None:
        spans = self._day(int(at // DAY))
        place = bisect_right(spans, at, key=_START) - 1
        return spans[place] if place >= 0 and at < spans[place][1] else None

    def _next_span(self, at: float) -> Span | None:
        """Return the first span that begins after `at`."""
        first = int(at // DAY)
        for number in range(first, first + HORIZON_DAYS):
            spans = self._day(number)
            if spans and spans[-1][0] > at:
                return spans[bisect_right(spans, at, key=_START)]
        return None

    def _joined(self, span: Span) -> Iterator[Span]:
        """Yield `span` and those after it, whole where UTC's midnight cuts them, while any comes in time."""
        start, end = span
        last = start
        while (following := self._next_span(last)) is not None:
            last = following[0]
            if last > end:
                yield start, end
                start = last
            elif last - span[0] > HORIZON_DAYS * DAY:
                break  # open for ever
            end = following[1]
        yield start, end

    def _day(self, number: int) -> list[Span]:
        known = self._days.get(number)
        if known is None:
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            known = self._days[number] = self._compute(number * DAY)
        return known

    def _compute(self, start: int) -> list[Span]:
        shared: list[Span] = [(start, start + DAY)] if self.hours else []
        for one in self.hours:
            shared = _common(shared, sorted(one.spans(start, start + DAY)))
        return shared


def offsets(zone: str, start: int, end: int) -> Iterator[Offset]:
    """Yield the stretches between two instants in which a zone keeps its offset."""
    place = ZoneInfo(zone)
    while start < end:
        east, change = _offset(place, start), start
        while change < end and _offset(place, min(change + PROBE, end)) == east:
            change += PROBE
        stop = end if change >= end else _change(place, change, min(change + PROBE, end))
        yield start, stop, east
        start = stop


@lru_cache(maxsize=4_096)
def first_moment(zone: str, day: date) -> datetime:
    """Return the first instant of a local day, which need not be midnight."""
    midnight = (day.toordinal() - UNIX_EPOCH) * DAY
    stretches = offsets(zone, midnight - 2 * DAY, midnight + 2 * DAY)
    return moment(
        next(max(start, midnight - east) for start, end, east in stretches if midnight - east < end)
    )


def _change(place: ZoneInfo, before: int, after: int) -> int:
    """Return the first second of the offset that holds at `after` and did not at `before`."""
    east = _offset(place, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(place, middle) == east:
            before = middle
        else:
            after = middle
    return after


def _offset(place: ZoneInfo, at: int) -> int:
    shift = datetime.fromtimestamp(at, place).utcoffset() or timedelta()
    return int(shift.total_seconds())


def _common(ones: list[Span], others: list[Span]) -> list[Span]:
    """Return the instants in both of two ordered lists of spans."""
    pairs = ((max(one[0], other[0]), min(one[1], other[1])) for one in ones for other in others)
    return [pair for pair in pairs if pair[0] < pair[1]]


def seconds(instant: datetime) -> float:
    """Return seconds since 1970. Raises ValueError without a zone: a naive time is nobody's."""
    if instant.tzinfo is None:
        raise ValueError("a naive time has no place on the clock")
    return instant.timestamp()


@lru_cache(maxsize=4_096)
def moment(at: int) -> datetime:
    """Return an instant of whole seconds, in UTC."""
    return datetime.fromtimestamp(at, UTC)
