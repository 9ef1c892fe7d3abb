"""What a share may truly be, and a difference of two: intervals by Wilson and Newcombe."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float


def quantile(probability: float) -> float:
    """Return the standard normal's value below which a probability lies."""
    return _NORMAL.inv_cdf(probability)


def wilson(successes: int, trials: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval of a share; everything is possible of no trials.

    Raises ValueError for more successes than trials, or fewer than none.
    """
    if not 0 <= successes <= trials:
        raise ValueError("successes are among the trials")
    if not trials:
        return Interval(0.0, 1.0)
    z = quantile((1 + confidence) / 2)
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / trials / 4) / (1 + spread)
    # At the ends the exact value is 0 or 1, and rounding must not take the share itself out.
    return Interval(
        0.0 if successes == 0 else max(0.0, middle - half),
        1.0 if successes == trials else min(1.0, middle + half),
    )


def difference(one: tuple[int, int], other: tuple[int, int], *, confidence: float = CONFIDENCE) -> Interval:
    """Return Newcombe's interval of (share of one) − (share of other), each as (successes, trials)."""
    first, second = wilson(*one, confidence=confidence), wilson(*other, confidence=confidence)
    if not one[1] or not other[1]:
        return Interval(-1.0, 1.0)
    share, against = one[0] / one[1], other[0] / other[1]
    apart = share - against
    below = sqrt((share - first.low) ** 2 + (second.high - against) ** 2)
    above = sqrt((first.high - share) ** 2 + (against - second.low) ** 2)
    return Interval(max(-1.0, apart - below), min(1.0, apart + above))
