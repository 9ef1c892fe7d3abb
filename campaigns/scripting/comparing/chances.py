"""How likely chance alone is: two shares, several at once, and the split of people among arms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

FEWEST_EXPECTED = 5.0  # below it in any cell the approximations say nothing


@dataclass(frozen=True, slots=True)
class ProportionsTest:
    """The pooled two-proportion z-test; `is_enough` is False where counts are too small for it."""

    z: float
    p_value: float
    is_enough: bool


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Whether people fell to the arms as the weights say; a suspicious split makes every result doubtful."""

    chi_square: float
    p_value: float
    is_enough: bool

    @property
    def is_suspicious(self) -> bool:
        # One in a thousand: the draw is a hash, so a real mismatch soon goes far beyond.
        return self.is_enough and self.p_value < 0.001


def two_proportions(one: tuple[int, int], other: tuple[int, int]) -> ProportionsTest:
    """Return the two-sided test that two shares, each (successes, trials), are one. Raises ValueError."""
    for successes, trials in (one, other):
        if not 0 <= successes <= trials:
            raise ValueError("successes are among the trials")
    if not one[1] or not other[1]:
        return ProportionsTest(0.0, 1.0, is_enough=False)
    pooled = (one[0] + other[0]) / (one[1] + other[1])
    fewest = min(one[1], other[1]) * min(pooled, 1 - pooled)
    error = sqrt(pooled * (1 - pooled) * (1 / one[1] + 1 / other[1]))
    z = (one[0] / one[1] - other[0] / other[1]) / error if error else 0.0
    return ProportionsTest(z, erfc(abs(z) / sqrt(2)), fewest >= FEWEST_EXPECTED)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values corrected for being several (Holm), in their old order."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    corrected, least = [1.0] * len(p_values), 0.0
    for rank, at in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[at]))
        corrected[at] = least
    return corrected


def sample_ratio(observed: Mapping[int, int], weights: Mapping[int, int]) -> SampleRatio:
    """Return the chi-square test of how many people each arm got against its weight.

    Raises ValueError for arms without weight.
    """
    if len(weights) < 2 or min(weights.values()) < 1 or not observed.keys() <= weights.keys():
        raise ValueError("a split has two arms or more, each with a weight of at least 1")
    people, total = sum(observed.values()), sum(weights.values())
    expected = {arm: people * weight / total for arm, weight in weights.items()}
    if not people:
        return SampleRatio(0.0, 1.0, is_enough=False)
    chi_square = sum((observed.get(arm, 0) - due) ** 2 / due for arm, due in expected.items())
    p_value = chi_square_beyond(chi_square, len(weights) - 1)
    return SampleRatio(chi_square, p_value, min(expected.values()) >= FEWEST_EXPECTED)


def chi_square_beyond(value: float, degrees: int) -> float:
    """Return the probability that a chi-square variable of `degrees` exceeds `value`: the closed sums."""
    half = value / 2
    if degrees % 2:
        total, term, steps = erfc(sqrt(half)), exp(-half) * 2 * sqrt(half / pi), range(3, degrees + 1, 2)
    else:
        total, term, steps = 0.0, exp(-half), range(2, degrees + 1, 2)
    for step in steps:
        total += term
        term *= value / step
    return min(1.0, total)
