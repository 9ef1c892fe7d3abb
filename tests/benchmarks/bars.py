"""The bars that a spec sets, beside what was measured."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.benchmarks.figures import show


@dataclass(frozen=True, slots=True)
class Bar:
    """One promise: what, how much was measured, and at most (or at least) how much is promised."""

    what: str
    measured: float
    most: float | None = None
    least: float | None = None
    unit: str = ""

    @property
    def is_reached(self) -> bool:
        """Say whether the promise is kept."""
        if self.most is not None:
            return self.measured <= self.most
        return self.least is None or self.measured >= self.least

    def line(self) -> str:
        """Return the row of the table."""
        sign, bar = ("≤", self.most) if self.most is not None else ("≥", self.least)
        verdict = "yes" if self.is_reached else "**no**"
        return f"| {self.what} | {sign} {bar:,g} {self.unit} | {self.measured:,.3g} {self.unit} | {verdict} |"


def show_bars(title: str, bars: Sequence[Bar], *lines: str) -> None:
    """Print the table, and lines below it."""
    head = ("| bar | promised | measured | reached |", "| --- | --- | --- | --- |")
    show(title, *head, *(bar.line() for bar in bars), "", *lines)


def in_pieces(
    sides: dict[str, Callable[[str], object]], titles: Sequence[str], *, piece: int = 2_500, rounds: int = 5
) -> dict[str, float]:
    """Return each side's processor seconds for all titles, the best of `rounds` of every piece.

    Sides take turns piece by piece, beginning with another one each time: what else the machine does, and
    whose data the caches hold, hits all alike.
    """
    took = dict.fromkeys(sides, 0.0)
    names = list(sides)
    for number, start in enumerate(range(0, len(titles), piece)):
        part = titles[start : start + piece]
        first = number % len(names)
        best = dict.fromkeys(sides, float("inf"))
        for name in [*names[first:], *names[:first]] * rounds:
            best[name] = min(best[name], _seconds(sides[name], part))
        for name in sides:
            took[name] += best[name]
    return took


def _seconds(side: Callable[[str], object], titles: Sequence[str]) -> float:
    start = time.process_time()
    for title in titles:
        side(title)
    return time.process_time() - start
