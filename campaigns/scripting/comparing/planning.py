"""Before launch: how many people an experiment needs, and the least effect that so many can show."""

from collections.abc import Sequence
from math import ceil, sqrt

from campaigns.scripting.comparing.intervals import quantile

ALPHA = 0.05
POWER = 0.8
_HALVINGS = 60  # of the interval: far below any difference of one person


def needed_people(
    baseline: float,
    effect: float,
    *,
    weights: Sequence[int] = (1, 1),
    alpha: float = ALPHA,
    power: float = POWER,
) -> int:
    """Return how many people, over all arms, show a rise from `baseline` by `effect` with that power.

    The two lightest arms decide. More than two arms are more comparisons, each at its part of alpha.
    Raises ValueError for rates beyond 0 and 1, an effect of nothing, fewer than two arms.
    """
    if not 0 < baseline < 1 or effect <= 0 or baseline + effect > 1:
        raise ValueError("rates lie between 0 and 1, and an effect is a rise")
    light, lighter = _lightest(weights)
    raised = baseline + effect
    pooled = (baseline * light + raised * lighter) / (light + lighter)
    chance = sqrt(pooled * (1 - pooled) * (1 / light + 1 / lighter))
    real = sqrt(baseline * (1 - baseline) / light + raised * (1 - raised) / lighter)
    beyond = quantile(1 - alpha / comparisons(len(weights)) / 2)
    return ceil(((beyond * chance + quantile(power) * real) / effect) ** 2)


def least_effect(
    baseline: float,
    people: int,
    *,
    weights: Sequence[int] = (1, 1),
    alpha: float = ALPHA,
    power: float = POWER,
) -> float | None:
    """Return the least rise over `baseline` that so many people show; None when none can be shown.

    Raises ValueError as `needed_people` does.
    """
    low, high = 0.0, 1 - baseline

    def shows(effect: float) -> bool:
        return needed_people(baseline, effect, weights=weights, alpha=alpha, power=power) <= people

    if not shows(high):
        return None
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if shows(middle) else (middle, high)
    return high


def comparisons(arms: int) -> int:
    """Return how many pairs so many arms make."""
    return arms * (arms - 1) // 2


def _lightest(weights: Sequence[int]) -> tuple[float, float]:
    """Return the shares of the two lightest arms, the heavier of them first."""
    if len(weights) < 2 or min(weights) < 1:
        raise ValueError("an experiment has two arms or more, each with a weight of at least 1")
    lighter, light = sorted(weights)[:2]
    return light / sum(weights), lighter / sum(weights)
