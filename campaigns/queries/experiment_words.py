"""What an A/B campaign has shown, in words: each version's rate and interval, each pair, the split (V10)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import Arm
from campaigns.queries.experiments import Experiment
from campaigns.scripting.comparing import ArmResult, Pair
from tenants.display.formats import Formats


@dataclass(frozen=True, slots=True)
class ArmLine:
    """A version of the script: who heard it, how it went, between which bounds its true rate lies."""

    name: str
    weight: str
    result: ArmResult
    rate: str
    interval: str
    href: str


@dataclass(frozen=True, slots=True)
class ToldExperiment:
    """The whole experiment as it is told; `split` is a warning, or says that all is as drawn."""

    arms: list[ArmLine]
    pairs: list[tuple[str, str]]
    split: str
    is_suspicious: bool


def told(found: Experiment, formats: Formats, entries_of: Callable[[int], str]) -> ToldExperiment:
    """Tell an experiment; `entries_of` is the address of the people of an arm, by its key."""
    split = found.verdict.split
    total = sum(arm.weight for arm in found.arms.values())
    return ToldExperiment(
        [_line(found.arms[one.arm], one, total, formats, entries_of) for one in found.verdict.arms],
        [_pair(pair, found, formats) for pair in found.verdict.pairs],
        _split(found, formats),
        split.is_suspicious,
    )


def _line(
    arm: Arm, result: ArmResult, total: int, formats: Formats, entries_of: Callable[[int], str]
) -> ArmLine:
    low, high = (formats.percent(bound) for bound in (result.interval.low, result.interval.high))
    return ArmLine(
        _name(arm),
        formats.percent(arm.weight / total, 0),
        result,
        "–" if result.rate is None else formats.percent(result.rate),
        _("%(low)s to %(high)s") % {"low": low, "high": high} if result.trials else "–",
        entries_of(arm.pk),
    )


def _pair(pair: Pair, found: Experiment, formats: Formats) -> tuple[str, str]:
    """Return the verdict on two versions and the figures it rests on."""
    better, other = (_name(found.arms[one.arm]) for one in (pair.better, pair.other))
    words = {"better": better, "other": other, "points": _points(pair.difference, formats)}
    if not pair.is_enough:
        verdict = _("%(better)s and %(other)s: too few have ended to compare them.")
    elif found.verdict.split.is_suspicious:
        verdict = _("%(better)s and %(other)s cannot be compared while the split is in doubt.")
    elif pair.is_significant:
        verdict = _("%(better)s succeeds more often than %(other)s, by %(points)s points.")
    else:
        verdict = _("No difference between %(better)s and %(other)s is shown so far.")
    return verdict % words, _evidence(pair, formats)


def _evidence(pair: Pair, formats: Formats) -> str:
    told = _(
        "Difference of %(points)s points, with 95 %% confidence between %(low)s and %(high)s; p = %(p)s."
    )
    return told % {
        "points": _points(pair.difference, formats),
        "low": _points(pair.interval.low, formats),
        "high": _points(pair.interval.high, formats),
        "p": formats.number(pair.p_value, 3),
    }


def _split(found: Experiment, formats: Formats) -> str:
    split = found.verdict.split
    words = {"p": formats.number(split.p_value, 3)}
    if not split.is_enough:
        return _("Too few people have been drawn to check the split.")
    if split.is_suspicious:
        told = _(
            "People did not fall to the versions as the weights say (p = %(p)s): the results mean nothing."
        )
        return told % words
    return _("People fell to the versions as the weights say (p = %(p)s).") % words


def _points(share: float, formats: Formats) -> str:
    return formats.number(100 * share, 1)


def _name(arm: Arm) -> str:
    return f"{arm.version.script.name} v{arm.version.number}"
