"""Chance that repeats: the same seed throws the same on every Python."""

import random
from collections.abc import Sequence
from typing import TypeVar

_Thing = TypeVar("_Thing")


class Dice:
    """Decisions made of `random()` alone: the other methods of `random` have changed between versions."""

    def __init__(self, seed: int) -> None:
        """Start the series of `seed`."""
        self._throw = random.Random(seed).random

    def share(self) -> float:
        """Return a number from 0 up to, not including, 1."""
        return self._throw()

    def chance(self, probability: float) -> bool:
        """Answer true with this probability."""
        return self._throw() < probability

    def pick(self, things: Sequence[_Thing]) -> _Thing:
        """Return one of `things`, each as likely."""
        return things[int(self._throw() * len(things))]

    def one_of_thousand(self, weights: Sequence[tuple[_Thing, int]]) -> _Thing | None:
        """Return a thing as often in a thousand as its weight, None for the rest."""
        left = int(self._throw() * 1000)
        for thing, weight in weights:
            left -= weight
            if left < 0:
                return thing
        return None
