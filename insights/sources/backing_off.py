"""Ask again, a few times and not for long: what a busy or broken server deserves (N1)."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

Told = TypeVar("Told")
TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 1.0, 32.0  # seconds


class TryAgain(Exception):
    """The answer is none; another may be one. `wait` is what the server asked for, in seconds."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


def insistently(ask: Callable[[], Told], *, pause: Callable[[float], None] = time.sleep) -> Told:
    """Return what `ask` returns; after TryAgain wait, twice as long each time. Raises the fifth TryAgain."""
    for number in range(TRIES - 1):
        try:
            return ask()
        except TryAgain as again:
            pause(_wait(number, again.wait))
    return ask()


def _wait(number: int, asked: float) -> float:
    # Jitter: many brands begin at the same minute, and share one quota.
    own = min(FIRST_WAIT * float(1 << number), LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
    return min(max(own, asked), LONGEST_WAIT)
