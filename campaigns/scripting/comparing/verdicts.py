"""What an experiment has shown so far, for a page: each arm's rate, each pair's difference, the split."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from campaigns.scripting.comparing.chances import SampleRatio, holm, sample_ratio, two_proportions
from campaigns.scripting.comparing.intervals import Interval, difference, wilson
from campaigns.scripting.comparing.planning import ALPHA


@dataclass(frozen=True, slots=True)
class ArmResult:
    """What came of one arm: `people` drawn to it, `trials` at an end, `successes` among them."""

    arm: int
    weight: int
    people: int
    trials: int
    successes: int

    @property
    def rate(self) -> float | None:
        return self.successes / self.trials if self.trials else None

    @property
    def interval(self) -> Interval:
        return wilson(self.successes, self.trials)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms: `better` leads by `difference`; `p_value` is corrected for all pairs of the experiment."""

    better: ArmResult
    other: ArmResult
    difference: float
    interval: Interval
    p_value: float
    is_enough: bool

    @property
    def is_significant(self) -> bool:
        return self.is_enough and self.p_value < ALPHA


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole experiment. Its pairs mean nothing while the split is suspicious."""

    arms: tuple[ArmResult, ...]
    pairs: tuple[Pair, ...]
    split: SampleRatio


def judge(arms: Sequence[ArmResult]) -> Verdict:
    """Compare two arms or more, every pair of them. Raises ValueError for fewer."""
    split = sample_ratio({arm.arm: arm.people for arm in arms}, {arm.arm: arm.weight for arm in arms})
    couples = [_ordered(one, other) for one, other in combinations(arms, 2)]
    tests = [
        two_proportions((one.successes, one.trials), (other.successes, other.trials))
        for one, other in couples
    ]
    corrected = holm([test.p_value for test in tests])
    pairs = (
        Pair(
            better,
            other,
            (better.rate or 0.0) - (other.rate or 0.0),
            difference((better.successes, better.trials), (other.successes, other.trials)),
            p_value,
            test.is_enough,
        )
        for (better, other), test, p_value in zip(couples, tests, corrected, strict=True)
    )
    return Verdict(tuple(arms), tuple(pairs), split)


def _ordered(one: ArmResult, other: ArmResult) -> tuple[ArmResult, ArmResult]:
    return (one, other) if (one.rate or 0.0) >= (other.rate or 0.0) else (other, one)
