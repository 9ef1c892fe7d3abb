"""What rules and weights say of one lead and those it may be, reckoned once for each pattern (I5–I7b)."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from identity.actions.linking.evidence import Evidence, evidence_of
from identity.actions.linking.persons import Person
from identity.actions.linking.ruleset import Ruleset
from identity.matching.combining import Decision, combine
from identity.matching.comparing import DIFFERS, IDENTIFIERS, Field, Levels, compare, top_of
from identity.matching.facts import Candidate, Facts, LeadFacts
from identity.matching.names import similarity
from identity.matching.refereeing import Mode, referee
from identity.matching.trying import EXACT, Tried, try_rules
from identity.matching.weighing import Weighed, with_posteriors
from identity.rules import Outcome, Reason

ENOUGH = 2  # facts that agree: nobody nearer will be found one typo away
FEW = 3  # candidates whose pattern may well come again
_EXACT_KEYS = tuple(key_of for _rule, key_of in EXACT)
_PLATE, _CAR = attrgetter("plate"), attrgetter("car")
_NAME_AT = list(Field).index(Field.NAME)
_TOPS = tuple(top_of(each) for each in IDENTIFIERS)
Fate = tuple[Outcome, Reason | None]


class Judged(NamedTuple):
    """A decision with its weights; persons may be numbers, the places of real ones in `Decided.who`.

    `evidence` is what is stored of it, whoever the persons are; `wants_more` says that two facts do not agree
    yet, so that a typo may hide somebody (I7).
    """

    decision: Decision
    weighed: tuple[Weighed, ...]
    evidence: Evidence
    fate: Fate
    wants_more: bool


def judged(decision: Decision, weighed: tuple[Weighed, ...]) -> Judged:
    """Return a decision with what follows from it and its weights."""
    return Judged(
        decision,
        weighed,
        evidence_of(decision, weighed),
        fate_of(decision.outcome, decision.reason),
        not any(_agreeing(one.levels) >= ENOUGH for one in weighed),
    )


@lru_cache(maxsize=100)
def fate_of(outcome: Outcome, reason: Reason | None) -> Fate:
    """Return a pair, always the same one: tallies of whole runs keep one for each lead."""
    return outcome, reason


@lru_cache(maxsize=5_000)
def _agreeing(levels: Levels) -> int:
    exact = sum(level == top for level, top in zip(levels, _TOPS, strict=False))
    return exact + (levels[_NAME_AT] > DIFFERS + 1)


def judge(lead: LeadFacts, candidates: Sequence[Candidate], rules: Ruleset, town: int) -> Judged:
    """Return what the rules say and the referee makes of it."""
    decision, weighed = ask_both(lead, candidates, rules, town)
    aside = _set_aside(lead.facts, decision, candidates, rules) if len(weighed) >= ENOUGH else set()
    if not aside:
        return judged(referee(decision, weighed, mode=rules.mode), weighed)
    rivals = {one.person: one for one in weighed if one.person not in aside}
    field = with_posteriors(rules.model, rivals, town)
    out = (one._replace(posterior=0.0, is_aside=True) for one in weighed if one.person in aside)
    return judged(referee(decision, field, mode=rules.mode), (*field, *out))


def ask_both(
    lead: LeadFacts, candidates: Sequence[Candidate], rules: Ruleset, town: int
) -> tuple[Decision, tuple[Weighed, ...]]:
    """Return the rules' decision, and beside it the weights."""
    decision = combine(try_rules(lead, candidates, rules.thresholds))
    return decision, tuple(_weigh(lead, candidates, rules, town))


def judge_few(
    lead: LeadFacts, candidates: Sequence[Candidate], who: Sequence[Person], rules: Ruleset, town: int
) -> Judged:
    """Decide as of every lead with the same pattern; persons are named by their place in `who`.

    `who` is in the order of names, by which equals are ordered.
    """

    def ask() -> Judged:
        return judge(lead, [one._replace(person=place[one.person]) for one in candidates], rules, town)

    place: dict[Hashable, int] = {person: number for number, person in enumerate(who)}
    return rules.judged(_pattern(lead, candidates, place, town), ask)


def _pattern(
    lead: LeadFacts, candidates: Iterable[Candidate], place: Mapping[Hashable, int], town: int
) -> tuple[object, ...]:
    """Return all that rules and weights read of a lead and its candidates."""
    facts = lead.facts
    told: list[object] = [town, *map(bool, facts[:-1])]  # of the park it is asked whether it is the same
    for one in candidates:
        theirs = one.facts
        alike = similarity(facts.name, theirs.name)
        told.append((place[one.person], compare(lead, one), alike, theirs.park == facts.park))
    return tuple(told)


def _weigh(lead: LeadFacts, candidates: Sequence[Candidate], rules: Ruleset, town: int) -> list[Weighed]:
    """Return the persons by probability, each by the account that speaks loudest for it (I7b)."""
    holders = _holders(lead.facts, candidates)
    best: dict[Hashable, Weighed] = {}
    for one in candidates:
        levels = compare(lead, one)
        each = Weighed(one.person, levels, rules.weigh(levels, holders, town))
        known = best.get(one.person)
        if known is None or each.bits > known.bits:
            best[one.person] = each
    return with_posteriors(rules.model, best, town)


def _holders(lead: Facts, candidates: Sequence[Candidate]) -> dict[Field, int]:
    """Return how many persons hold each of the lead's values."""
    if len({one.person for one in candidates}) == 1:
        return {}
    counted = {
        kind: len({one.person for one in candidates if getattr(one.facts, kind) == value})
        for kind in IDENTIFIERS
        if (value := getattr(lead, kind))
    }
    return {kind: count for kind, count in counted.items() if count > 1}


def _set_aside(
    lead: Facts, decision: Decision, candidates: Sequence[Candidate], rules: Ruleset
) -> set[Hashable]:
    """Return whom a rule, or with `scored` a park, set aside: the referee does not compare them (I7b)."""
    by_rules = rules.mode is Mode.RULES
    if by_rules and decision.outcome is not Outcome.MATCHED:
        return set()  # the referee is not asked
    aside = _elsewhere(lead, candidates)
    if by_rules:
        aside |= _named(decision.tried) | _beside(lead, candidates)
    return aside - {decision.person}


def _named(tried: Iterable[Tried]) -> set[Hashable]:
    return {person for one in tried for person, _alike in one.persons}


def _elsewhere(lead: Facts, candidates: Sequence[Candidate]) -> set[Hashable]:
    """Return the holders in other parks of keys that somebody in the target park holds too (I3).

    Not those whom another exact key leads to because nobody here holds that one.
    """
    here = {one.person for one in candidates if one.facts.park == lead.park}
    exact = [_holding(key_of, lead, candidates) for key_of in _EXACT_KEYS]
    plate = _holding(_PLATE, lead, candidates) if lead.name else set()
    aside = {person for holders in (*exact, plate) if holders & here for person in holders - here}
    return aside - {person for holders in exact if not holders & here for person in holders}


def _beside(lead: Facts, candidates: Sequence[Candidate]) -> set[Hashable]:
    """Return the holders of plate or car: named by its rule, or out of its park or window (I3)."""
    if not lead.name:
        return set()
    return _holding(_PLATE, lead, candidates) | _holding(_CAR, lead, candidates)


def _holding(key_of: Callable[[Facts], str], lead: Facts, candidates: Iterable[Candidate]) -> set[Hashable]:
    key = key_of(lead)
    return {one.person for one in candidates if key and key_of(one.facts) == key}
