"""Hours of the day and of the week as plain values: half-open, in minutes of local wall time (C12)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MINUTES = 24 * 60
_CLOCK = re.compile(r"(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From `start` up to but without `end`, in minutes since midnight on the clock of the place."""

    start: int
    end: int

    def as_json(self) -> dict[str, str]:
        """Return the window as it is stored and sent."""
        return {"start": clock(self.start), "end": clock(self.end)}


Windows = tuple[Window, ...]
Week = tuple[Windows, ...]  # seven days, Monday first


def minutes(text: str) -> int | None:
    """Return the minute of the day that `HH:MM` (to 24:00) names, None for any other text."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    return int(found[1]) * 60 + int(found[2]) if found[1] else MINUTES


def clock(minute: int) -> str:
    """Return `HH:MM` of a minute of the day."""
    return f"{minute // 60:02}:{minute % 60:02}"


def union(windows: Iterable[Window]) -> Windows:
    """Return the same minutes as windows in order that neither touch nor overlap."""
    joined: list[Window] = []
    for window in sorted(windows):
        if joined and window.start <= joined[-1].end:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, window.end))
        else:
            joined.append(window)
    return tuple(joined)


def overlap(ones: Iterable[Window], others: Iterable[Window]) -> Windows:
    """Return the minutes that lie in both."""
    kept = list(others)
    pairs = (
        Window(max(one.start, other.start), min(one.end, other.end)) for one in union(ones) for other in kept
    )
    return union(pair for pair in pairs if pair.start < pair.end)


def weekly(windows: Iterable[Window], days: Iterable[int]) -> Week:
    """Return the week in which `windows` hold on the ISO weekdays `days`."""
    daily, chosen = union(windows), frozenset(days)
    return tuple(daily if day in chosen else () for day in range(1, 8))


def shared_week(one: Week, other: Week) -> Week:
    """Return the hours that lie in both weeks."""
    return tuple(overlap(ours, theirs) for ours, theirs in zip(one, other, strict=True))


def span(week: Week) -> Window:
    """Return the narrowest window that holds every window of the week, which must have one."""
    windows = [window for day in week for window in day]
    return Window(min(one.start for one in windows), max(one.end for one in windows))
