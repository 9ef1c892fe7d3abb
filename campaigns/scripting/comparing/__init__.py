"""A/B: who hears which version, what was shown, and how many people it takes. Standard library only."""

from campaigns.scripting.comparing.chances import (
    ProportionsTest,
    SampleRatio,
    holm,
    sample_ratio,
    two_proportions,
)
from campaigns.scripting.comparing.choosing import choose_arm
from campaigns.scripting.comparing.intervals import Interval, difference, wilson
from campaigns.scripting.comparing.planning import least_effect, needed_people
from campaigns.scripting.comparing.verdicts import ArmResult, Pair, Verdict, judge

__all__ = [
    "ArmResult",
    "Interval",
    "Pair",
    "ProportionsTest",
    "SampleRatio",
    "Verdict",
    "choose_arm",
    "difference",
    "holm",
    "judge",
    "least_effect",
    "needed_people",
    "sample_ratio",
    "two_proportions",
    "wilson",
]
