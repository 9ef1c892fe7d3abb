"""I5, I6: many rules, one decision, and the reason when there is none."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from identity.matching.trying import Tried, Verdict
from identity.rules import OUTCOMES, SHOWN_CANDIDATES, Confidence, MatchRule, Outcome, Reason


class Decision(NamedTuple):
    """A person with the rule that decided, or the reason why nobody; `tried` is every rule's word."""

    outcome: Outcome
    tried: tuple[Tried, ...]
    person: Hashable | None = None
    rule: MatchRule | None = None
    score: int = 0
    confidence: Confidence | None = None
    is_corroborated: bool = False
    reason: Reason | None = None
    candidates: tuple[Hashable, ...] = ()


def combine(tried: Sequence[Tried]) -> Decision:
    """Return what the rules, given strongest first, decide together (I5)."""
    speaking = [one for one in tried if one.confidence is not Confidence.LOW]
    naming = [one for one in speaking if one.named is not None]
    persons = list(dict.fromkeys(one.named for one in naming))
    # Weaker ties than the rule that names somebody say nothing against it.
    heard = speaking[: speaking.index(naming[0])] if naming else speaking
    tied = [_persons_of(one) for one in heard if one.verdict is Verdict.TIED]
    if len(persons) > 1 or any(not set(persons) & set(tie) for tie in tied):
        return _refused(tried, Reason.MULTIPLE_CANDIDATES, [*persons, *(one for tie in tied for one in tie)])
    if not naming:
        return _undecided(tried)
    return _decided(tried, [one for one in naming if one.verdict is Verdict.NAMED], bool(tied))


def _decided(tried: Sequence[Tried], naming: Sequence[Tried], is_corroborated: bool) -> Decision:
    """Link by the strongest rule whose name does not speak against it, else let a person look (I4)."""
    if not naming:
        mismatched = [one.named for one in tried if one.verdict is Verdict.MISMATCH]
        return _refused(tried, Reason.NAME_MISMATCH, mismatched)
    first = naming[0]
    return Decision(
        outcome=Outcome.MATCHED,
        tried=tuple(tried),
        person=first.named,
        rule=first.rule,
        score=first.score,
        confidence=first.confidence,
        is_corroborated=is_corroborated,
    )


def _undecided(tried: Sequence[Tried]) -> Decision:
    """Nobody is named by a rule that links: say the first reason of I6's order."""
    low = [one for one in tried if one.verdict in {Verdict.NAMED, Verdict.TIED}]
    if low:
        return _refused(tried, Reason.LOW_CONFIDENCE, _persons_of(low[0]))
    weak = [one for one in tried if one.verdict is Verdict.WEAK]
    if weak:
        return _refused(tried, Reason.WEAK_MATCH_ONLY, _persons_of(weak[0]))
    was_tried = any(one.verdict is not Verdict.NOT_TRIED for one in tried)
    return _refused(tried, Reason.NO_CANDIDATES if was_tried else Reason.MISSING_IDENTIFIERS, ())


def _refused(tried: Sequence[Tried], reason: Reason, persons: Iterable[Hashable | None]) -> Decision:
    shown = [one for one in dict.fromkeys(persons) if one is not None][:SHOWN_CANDIDATES]
    return Decision(OUTCOMES[reason], tuple(tried), reason=reason, candidates=tuple(shown))


def _persons_of(one: Tried) -> list[Hashable]:
    return [person for person, _alike in one.persons]
