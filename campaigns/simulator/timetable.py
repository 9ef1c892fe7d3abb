"""What is due when: one clock, one thread, one heap."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

Step = Callable[[], None]


@dataclass(slots=True)
class Entry:
    """A step on the timetable; `counts` says whether somebody who waits for quiet waits for it."""

    step: Step
    counts: bool
    cancelled: bool = False


class Clock:
    """Seconds since the start, and the wall clock's milliseconds for any of them. Never goes back."""

    def __init__(self) -> None:
        self._steady = time.monotonic()
        self._wall = time.time()

    def now(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._steady

    def wall_ms(self, moment: float) -> int:
        """Return the wall clock at a moment, in milliseconds of the epoch."""
        return int((self._wall + moment) * 1000)


class Timetable:
    """Takes steps at their time, in order. A step must be quick; `broken` counts those that raised."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.broken: list[str] = []
        self._steps: list[tuple[float, int, Entry]] = []
        self._numbers = count()
        self._waiting = 0  # of steps that count; with the one being taken
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="timetable, of no tenant", daemon=True)

    def start(self) -> None:
        """Begin to take steps."""
        self._thread.start()

    def close(self) -> None:
        """Take no further step."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def after(self, seconds: float, step: Step, *, counts: bool = True) -> Entry:
        """Take `step` after so many seconds; `counts` says whether `waiting` knows of it."""
        entry = Entry(step, counts)
        with self._changed:
            heappush(self._steps, (self.clock.now() + max(0.0, seconds), next(self._numbers), entry))
            self._waiting += counts
            self._changed.notify_all()
        return entry

    def cancel(self, entry: Entry) -> None:
        """Do not take a step that was not taken yet."""
        with self._changed:
            if not entry.cancelled:
                entry.cancelled = True
                self._waiting -= entry.counts

    @property
    def waiting(self) -> int:
        """Return how many steps that count are still to be taken."""
        with self._changed:
            return self._waiting

    def _run(self) -> None:
        while (due := self._next()) is not None:
            try:
                due.step()
            except Exception as error:  # noqa: BLE001 - one broken step must not stop all calls; it is reported
                self.broken.append(f"{type(error).__name__}: {error}")
            self.cancel(due)  # it no longer counts

    def _next(self) -> Entry | None:
        with self._changed:
            while not self._closed:
                if not self._steps:
                    self._changed.wait()
                elif (early := self._steps[0][0] - self.clock.now()) > 0:
                    self._changed.wait(early)
                else:
                    entry = heappop(self._steps)[-1]
                    if not entry.cancelled:
                        return entry
        return None
