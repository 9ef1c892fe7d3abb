"""People found by a rare name alone: shown to a person, never linked (I7)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from identity.actions.linking.deciding import Decided
from identity.actions.linking.judging import judged
from identity.actions.linking.records import Asked
from identity.matching.comparing import (
    DIFFERS,
    IDENTIFIERS,
    Field,
    Levels,
    compare,
    identifier_agrees,
    top_of,
)
from identity.matching.facts import Candidate
from identity.rules import OUTCOMES, SHOWN_CANDIDATES, Outcome, Reason

FEW = 3  # a name of more people says nothing
_NAME_AT, _CAR_AT = (list(Field).index(one) for one in (Field.NAME, Field.CAR))
_VAIN = frozenset({Reason.NO_CANDIDATES, Reason.WEAK_MATCH_ONLY, Reason.MISSING_IDENTIFIERS})


def name_pair(lead: Asked) -> str:
    """Return the first word of a name and its last two, as the index holds them; "" for a single word."""
    words = lead.name_key.split()
    return f"{words[0]} {words[-2]} {words[-1]}" if len(words) > 1 else ""


def wants_name(decided: Decided) -> bool:
    """Answer whether nobody was found whom a person could look at."""
    return decided.judged.decision.reason in _VAIN and bool(name_pair(decided.lead))


def proposed(decided: Decided) -> Decided:
    """Return the decision as a review of the few who bear the name and whom no identifier contradicts."""
    was = decided.judged
    alike = [one for one in was.weighed if _bears_the_name(one.levels)]
    if was.decision.outcome is not Outcome.UNMATCHED or not 0 < len(alike) <= FEW:
        return decided
    decision = was.decision._replace(
        outcome=OUTCOMES[Reason.LOW_CONFIDENCE],
        reason=Reason.LOW_CONFIDENCE,
        candidates=tuple(one.person for one in alike[:SHOWN_CANDIDATES]),
    )
    return replace(decided, judged=judged(decision, was.weighed))


def named_leads(decided: Sequence[Decided]) -> list[Asked]:
    """Return the leads worth looking for by name."""
    return [one.lead for one in decided if wants_name(one)]


def may_be_proposed(lead: Asked, candidates: Iterable[Candidate]) -> bool:
    """Answer whether any of those who bear a name could make a review, whoever they are."""
    levels = (compare(lead.facts, one) for one in candidates)
    return any(_is_known_by_more(each) or _bears_the_name(each) for each in levels)


def is_crowd(lead: Asked, candidates: Iterable[Candidate]) -> bool:
    """Answer whether too many bear the name and nothing else speaks for any: nobody would be proposed."""
    levels = [(one.person, compare(lead.facts, one)) for one in candidates]
    if any(_is_known_by_more(each) for _person, each in levels):
        return False
    doubtful = {person for person, each in levels if not _bears_the_name(each)}
    return len({person for person, _each in levels} - doubtful) > FEW


def _is_known_by_more(levels: Levels) -> bool:
    return identifier_agrees(levels) or levels[_CAR_AT] > DIFFERS


def _bears_the_name(levels: Levels) -> bool:
    is_contradicted = DIFFERS in levels[: len(IDENTIFIERS)]
    return levels[_NAME_AT] >= top_of(Field.NAME) - 1 and not is_contradicted
