"""I3, I4: what each rule says of a lead and its candidates. Pure: knows nobody but who it is given."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from identity.matching.facts import Candidate, Facts, LeadFacts
from identity.matching.names import similarity
from identity.rules import (
    CLEAR_GAP,
    CONFIDENCES,
    DIFFERENT,
    HIRED_WITHIN,
    PROBABLY_SCORE,
    SCORES,
    SIMILAR,
    Confidence,
    MatchRule,
)


class Verdict(StrEnum):
    """What one rule says."""

    NOT_TRIED = "not_tried"  # the lead has not what the rule needs
    NOBODY = "nobody"
    WEAK = "weak"  # somebody has the key, but no similar name
    NAMED = "named"
    MISMATCH = "mismatch"  # one person has the key, under a clearly different name
    TIED = "tied"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A tenant's settings of names (I2, I4)."""

    similar: float = SIMILAR
    clear_gap: float = CLEAR_GAP
    different: float = DIFFERENT


class Tried(NamedTuple):
    """A rule, its verdict and score, and the persons on its key with their likeness of name, best first."""

    rule: MatchRule
    verdict: Verdict
    persons: tuple[tuple[Hashable, float | None], ...] = ()
    score: int = 0

    @property
    def confidence(self) -> Confidence:
        """Return how sure the rule is."""
        return CONFIDENCES[self.rule]

    @property
    def named(self) -> Hashable | None:
        """Return the person it names, a mismatched one too (I5)."""
        return self.persons[0][0] if self.verdict in {Verdict.NAMED, Verdict.MISMATCH} else None


EXACT: Sequence[tuple[MatchRule, Callable[[Facts], str]]] = (
    (MatchRule.DOCUMENT, lambda facts: facts.document),
    (MatchRule.PHONE, lambda facts: facts.phone),
    (MatchRule.LICENCE, lambda facts: facts.licence),
    (MatchRule.EMAIL, lambda facts: facts.email),
)


def try_rules(
    lead: LeadFacts, candidates: Sequence[Candidate], thresholds: Thresholds | None = None
) -> list[Tried]:
    """Return what every rule says, strongest first; each whose inputs the lead has is tried (I3)."""
    limits = thresholds or Thresholds()
    alike = {id(one): _alike(lead.facts, one.facts) for one in candidates}
    exact = [_try_exact(rule, key_of, lead, candidates, alike, limits) for rule, key_of in EXACT]
    return [*exact, *_try_plate(lead, candidates, alike, limits), _try_car(lead, candidates, alike, limits)]


def _alike(one: Facts, other: Facts) -> float | None:
    """Return how alike two names are, None when one is missing: absence contradicts nobody."""
    return similarity(one.name, other.name) if one.name and other.name else None


Alike = dict[int, float | None]


def _try_exact(
    rule: MatchRule,
    key_of: Callable[[Facts], str],
    lead: LeadFacts,
    candidates: Iterable[Candidate],
    alike: Alike,
    limits: Thresholds,
) -> Tried:
    key = key_of(lead.facts)
    if not key:
        return Tried(rule, Verdict.NOT_TRIED)
    holders = [one for one in candidates if key_of(one.facts) == key]
    # Other and unknown parks only when the target park has no holder.
    there = [one for one in holders if one.facts.park == lead.facts.park]
    persons = _persons(there or holders, alike)
    if not persons:
        return Tried(rule, Verdict.NOBODY)
    if len(persons) > 1 and not _is_clear(persons, limits):
        return Tried(rule, Verdict.TIED, persons)
    best = persons[0][1]
    mismatch = best is not None and best < limits.different
    return Tried(rule, Verdict.MISMATCH if mismatch else Verdict.NAMED, persons, SCORES[rule])


def _try_plate(
    lead: LeadFacts, candidates: Iterable[Candidate], alike: Alike, limits: Thresholds
) -> list[Tried]:
    """Try R3, and R3B only when no account with that plate was hired in the window (I3)."""
    if not (lead.facts.plate and lead.facts.name):
        return [Tried(rule, Verdict.NOT_TRIED) for rule in (MatchRule.PLATE, MatchRule.PLATE_NO_DATE)]
    there = [one for one in candidates if one.facts.plate == lead.facts.plate]
    there = [one for one in there if one.facts.park == lead.facts.park]
    inside = [one for one in there if _is_hired_within(MatchRule.PLATE, one.hired_on, lead.lead_date)]
    plate = _by_name(MatchRule.PLATE, inside, alike, limits)
    if inside:
        return [plate, Tried(MatchRule.PLATE_NO_DATE, Verdict.NOT_TRIED)]
    return [plate, _by_name(MatchRule.PLATE_NO_DATE, there, alike, limits)]


def _try_car(lead: LeadFacts, candidates: Iterable[Candidate], alike: Alike, limits: Thresholds) -> Tried:
    if not (lead.facts.car and lead.facts.name):
        return Tried(MatchRule.CAR, Verdict.NOT_TRIED)
    there = [one for one in candidates if one.facts.car == lead.facts.car]
    there = [one for one in there if one.facts.park == lead.facts.park]
    inside = [one for one in there if _is_hired_within(MatchRule.CAR, one.hired_on, lead.lead_date)]
    return _by_name(MatchRule.CAR, inside, alike, limits)


def _by_name(rule: MatchRule, there: Iterable[Candidate], alike: Alike, limits: Thresholds) -> Tried:
    persons = _persons(there, alike)
    if not persons:
        return Tried(rule, Verdict.NOBODY)
    best = persons[0][1] or 0.0
    if best < limits.similar:
        return Tried(rule, Verdict.WEAK, persons)
    if len(persons) > 1 and not _is_clear(persons, limits):
        return Tried(rule, Verdict.TIED, persons)
    score = SCORES[rule] if rule is not MatchRule.PLATE_NO_DATE else min(round(best * 100), PROBABLY_SCORE)
    return Tried(rule, Verdict.NAMED, persons, score)


def _persons(there: Iterable[Candidate], alike: Alike) -> tuple[tuple[Hashable, float | None], ...]:
    """Return the persons behind candidates, each by its most similar name, best first."""
    best: dict[Hashable, float | None] = {}
    for one in there:
        known, now = best.get(one.person), alike[id(one)]
        best[one.person] = now if known is None else max(known, now or 0.0)
    return tuple(sorted(best.items(), key=lambda pair: (-(pair[1] or 0.0), str(pair[0]))))


def _is_clear(persons: tuple[tuple[Hashable, float | None], ...], limits: Thresholds) -> bool:
    first, second = (persons[place][1] or 0.0 for place in (0, 1))
    # Names have four decimals; a binary fraction's rest must not decide.
    return round(first - second, 4) >= limits.clear_gap


def _is_hired_within(rule: MatchRule, hired_on: date | None, lead_date: date | None) -> bool:
    """Answer whether the hire lies in the rule's window; what is unknown does not speak against it (I3)."""
    if hired_on is None or lead_date is None:
        return True
    before, after = HIRED_WITHIN[rule]
    return -before <= (hired_on - lead_date).days <= after
