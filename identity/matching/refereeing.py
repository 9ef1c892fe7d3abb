"""I7b: the weights look over the rules' shoulder: they can stop a link, and where asked to, make one."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from identity.matching.combining import Decision
from identity.matching.trying import Verdict
from identity.matching.weighing import Weighed
from identity.rules import (
    CONFIDENCES,
    OUTCOMES,
    PROBABLY_SCORE,
    SHOWN_CANDIDATES,
    MatchRule,
    Outcome,
    Reason,
)


class Mode(StrEnum):
    """A tenant's choice: the rules decide and the weights only stop, or the weights link too."""

    RULES = "rules"
    SCORED = "scored"


@dataclass(frozen=True, slots=True)
class Bar:
    """What a link must reach: its probability, and the bits to the next person."""

    posterior: float = 0.9
    gap: float = 5.0


def referee(
    decision: Decision, weighed: Sequence[Weighed], *, mode: Mode = Mode.RULES, bar: Bar | None = None
) -> Decision:
    """Return the decision as it stands after the weights were asked; `weighed` comes most probable first.

    Persons whom a rule set aside must be left out by the caller, of the posteriors too: those in other parks
    always, and in the mode of rules all that a rule named or left out.
    """
    limits = bar or Bar()
    if decision.outcome is Outcome.MATCHED:
        return _checked(decision, weighed, limits)
    if mode is Mode.SCORED and decision.outcome in {Outcome.REVIEW, Outcome.UNMATCHED}:
        return _scored(decision, weighed, limits)
    return decision


def _checked(decision: Decision, weighed: Sequence[Weighed], bar: Bar) -> Decision:
    """Stop a link when somebody else is nearly as likely, or it is not likely enough."""
    chosen = next((one for one in weighed if one.person == decision.person), None)
    if chosen is None:
        return decision
    rivals = [one for one in weighed if one is not chosen and chosen.bits - one.bits < bar.gap]
    if rivals:
        return _stopped(decision, Reason.MULTIPLE_CANDIDATES, [chosen, *rivals])
    if chosen.posterior < bar.posterior:
        return _stopped(decision, Reason.LOW_CONFIDENCE, [chosen])
    return decision


def _scored(decision: Decision, weighed: Sequence[Weighed], bar: Bar) -> Decision:
    """Link the most probable person, if more than a name agrees, and never against a tie of others."""
    if not weighed:
        return decision
    best = weighed[0]
    gap = best.bits - weighed[1].bits if len(weighed) > 1 else bar.gap
    is_third = any(best.person not in tie for tie in _ties(decision))
    if is_third or not best.identifier_agrees or best.posterior < bar.posterior or gap < bar.gap:
        return decision
    return Decision(
        outcome=Outcome.MATCHED,
        tried=decision.tried,
        person=best.person,
        rule=MatchRule.SCORED,
        score=min(round(best.posterior * 100), PROBABLY_SCORE),
        confidence=CONFIDENCES[MatchRule.SCORED],
    )


def _ties(decision: Decision) -> list[Collection[Hashable]]:
    return [
        {person for person, _alike in one.persons} for one in decision.tried if one.verdict is Verdict.TIED
    ]


def _stopped(decision: Decision, reason: Reason, shown: Sequence[Weighed]) -> Decision:
    return decision._replace(
        outcome=OUTCOMES[reason],
        person=None,
        rule=None,
        score=0,
        confidence=None,
        reason=reason,
        candidates=tuple(one.person for one in shown[:SHOWN_CANDIDATES]),
    )
