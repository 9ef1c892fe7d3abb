"""Measure in turns, so that a machine that slows down slows every side alike; print medians and ratios."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Timings:
    """Seconds of every counted call of one side."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Return the middle one."""
        return statistics.median(self.seconds)

    def line(self, against: "Timings", unit: float = 1000.0, word: str = "ms") -> str:
        """Describe the side and its ratio to another."""
        ordered = sorted(self.seconds)
        p95 = ordered[int(len(ordered) * 0.95)]
        ratio = self.median / against.median
        return f"| {self.name} | {self.median * unit:.3f} {word} | {p95 * unit:.3f} {word} | {ratio:.2f} |"


def in_turns(sides: dict[str, Callable[[], object]], *, rounds: int, warm_up: int = 20) -> dict[str, Timings]:
    """Call every side once a round and time it; the first `warm_up` rounds do not count."""
    timings = {name: Timings(name) for name in sides}
    for number in range(warm_up + rounds):
        for name, call in sides.items():
            start = time.perf_counter()
            call()
            took = time.perf_counter() - start
            if number >= warm_up:
                timings[name].seconds.append(took)
    return timings


def seconds_of(call: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def show(title: str, *lines: str) -> None:
    """Print a table's lines below its title, past pytest's capture."""
    print(f"\n### {title}\n", *lines, sep="\n", flush=True)
