"""What a campaign's script versions have shown, and what so many people could show at all (V10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from campaigns.models import Arm, Campaign, Entry, Tally
from campaigns.rules import EntryState
from campaigns.scripting.comparing import ArmResult, Verdict, judge, least_effect, needed_people

FINISHED = (EntryState.SUCCEEDED, EntryState.EXHAUSTED, EntryState.FAILED)
# A share of few says little of the next campaign's.
FEWEST_BEFORE = 20
# The baseline at which most people are needed: what is promised with it holds whatever the true one is.
CAUTIOUS = 0.5
HALVES = (1, 1)


@dataclass(frozen=True, slots=True)
class Experiment:
    """The arms by key, and the verdict on their results; success is succeeded ÷ finished, as everywhere."""

    arms: dict[int, Arm]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """A campaign's arms by key with what came of each; a verdict only of two or more."""

    arms: dict[int, Arm]
    results: list[ArmResult]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What `people` could show over `baseline`, a success rate that was asked for, known before, or cautious.

    `least_effect` is the least rise that they show (None: none), `needed` how many show the rise asked about.
    """

    people: int
    weights: tuple[int, ...]
    baseline: float
    baseline_is: str
    least_effect: float | None
    needed: int | None


def arms_of(*, campaign: Campaign) -> list[Arm]:
    """Return the arms of a campaign with their versions and scripts. One query."""
    return list(Arm.objects.filter(campaign=campaign).select_related("version__script").order_by("id"))


def comparison_of(*, campaign: Campaign) -> Comparison:
    """Return what each version of a campaign has come to so far; two or more are compared. Two queries."""
    arms = {arm.pk: arm for arm in arms_of(campaign=campaign)}
    counted = _counted(campaign) if arms else {}
    results = [_result(arm, counted.get(arm.pk, {})) for arm in arms.values()]
    return Comparison(arms, results, judge(results) if len(results) > 1 else None)


def experiment_of(*, campaign: Campaign) -> Experiment | None:
    """Return what a campaign of two versions or more has shown so far, None for one or none. Two queries."""
    found = comparison_of(campaign=campaign)
    return Experiment(found.arms, found.verdict) if found.verdict else None


def plan_of(
    *,
    campaign: Campaign,
    baseline: float | None = None,
    effect: float | None = None,
    people: int | None = None,
) -> Plan:
    """Return what an experiment of a campaign, read with its counters, could show; halves until it has arms.

    `baseline` and `effect` are shares of one. Without a baseline that of the account's other campaigns of
    the same purpose counts; no number of people shows a rise beyond everybody. Two queries at most.
    """
    weights = tuple(arm.weight for arm in arms_of(campaign=campaign))
    weights = weights if len(weights) > 1 else HALVES
    count = people if people is not None else campaign.tally.entries
    share, source = (baseline, "asked") if baseline is not None else _before(campaign)
    is_possible = effect is not None and share + effect <= 1
    return Plan(
        people=count,
        weights=weights,
        baseline=share,
        baseline_is=source,
        least_effect=least_effect(share, count, weights=weights),
        needed=needed_people(share, effect, weights=weights) if effect and is_possible else None,
    )


def _before(campaign: Campaign) -> tuple[float, str]:
    """Return the success rate of the account's other campaigns of the same purpose, else the cautious one."""
    others = Tally.objects.filter(
        campaign__account=campaign.account_id, campaign__use_case=campaign.use_case
    ).exclude(pk=campaign.pk)
    sums = others.aggregate(**{str(state): Sum(str(state), default=0) for state in FINISHED})
    finished, succeeded = sum(sums.values()), sums[EntryState.SUCCEEDED]
    is_telling = finished >= FEWEST_BEFORE and 0 < succeeded < finished
    return (succeeded / finished, "before") if is_telling else (CAUTIOUS, "cautious")


def _counted(campaign: Campaign) -> dict[int, Mapping[str, Any]]:
    counted: Sequence[Mapping[str, Any]] = list(
        Entry.objects.filter(campaign=campaign, arm__isnull=False)
        .order_by()
        .values("arm")
        .annotate(
            people=Count("pk"),
            finished=Count("pk", filter=Q(state__in=FINISHED)),
            succeeded=Count("pk", filter=Q(state=EntryState.SUCCEEDED)),
        )
    )
    return {row["arm"]: row for row in counted}


def _result(arm: Arm, row: Mapping[str, Any]) -> ArmResult:
    people, finished, succeeded = (row.get(name, 0) for name in ("people", "finished", "succeeded"))
    return ArmResult(arm.pk, arm.weight, people, finished, succeeded)
