"""How two sets of facts compare, field by field: a level each, 0 where either side says nothing (I7b)."""

from datetime import date
from enum import StrEnum

from rapidfuzz.distance import OSA

from identity.matching.facts import Candidate, LeadFacts
from identity.matching.names import similarity
from identity.rules import DIFFERENT, SIMILAR

SHORTEST_KEY = 6  # a shorter code with another letter is another code
EQUAL_NAME = 0.95
NEAR, CLOSE = (-90, 30), (-30, 7)  # days of the hire after the lead, ends included


class Field(StrEnum):
    """What is compared, in the order of stored levels."""

    DOCUMENT = "document"
    PHONE = "phone"
    LICENCE = "licence"
    EMAIL = "email"
    PLATE = "plate"
    NAME = "name"
    CAR = "car"
    HIRED = "hired"


MISSING, DIFFERS = 0, 1
# The levels above "differs", the best one last.
LEVELS: dict[Field, tuple[str, ...]] = {
    Field.DOCUMENT: ("typo", "exact"),
    Field.PHONE: ("typo", "exact"),
    Field.LICENCE: ("exact",),
    Field.EMAIL: ("exact",),
    Field.PLATE: ("exact",),
    Field.NAME: ("partial", "similar", "equal"),
    Field.CAR: ("exact",),
    Field.HIRED: ("near", "close"),
}
IDENTIFIERS = (Field.DOCUMENT, Field.PHONE, Field.LICENCE, Field.EMAIL, Field.PLATE)
TYPED = frozenset({Field.DOCUMENT, Field.PHONE})  # one typo still counts (I7b)
Levels = tuple[int, ...]


def compare(lead: LeadFacts, candidate: Candidate) -> Levels:
    """Return the level of every field, in their order."""
    phone, document, licence, email, plate, car, name, _park = lead.facts
    other = candidate.facts
    return (
        _typed_level(document, other.document),
        _typed_level(phone, other.phone),
        _code_level(licence, other.licence),
        _code_level(email, other.email),
        _code_level(plate, other.plate),
        _name_level(name, other.name),
        _code_level(car, other.car),
        _hired_level(lead.lead_date, candidate.hired_on),
    )


def is_typo_of(one: str, other: str) -> bool:
    """Answer whether two keys of at least six characters are one edit or one transposition apart (I7b)."""
    shortest = min(len(one), len(other))
    return shortest >= SHORTEST_KEY and OSA.distance(one, other, score_cutoff=1) == 1


def top_of(field: Field) -> int:
    """Return the level of full agreement."""
    return DIFFERS + len(LEVELS[field])


def identifier_agrees(levels: Levels) -> bool:
    """Answer whether an identifier agrees; a name alone never links (I7b)."""
    return any(level > DIFFERS for level in levels[: len(IDENTIFIERS)])


def _code_level(one: str, other: str) -> int:
    if not one or not other:
        return MISSING
    return DIFFERS + (one == other)


def _typed_level(one: str, other: str) -> int:
    """Return the level of a field in which one typo still counts."""
    if not one or not other:
        return MISSING
    if one == other:
        return DIFFERS + 2
    return DIFFERS + is_typo_of(one, other)


def _name_level(one: frozenset[str], other: frozenset[str]) -> int:
    if not one or not other:
        return MISSING
    alike = similarity(one, other)
    return DIFFERS + (alike >= DIFFERENT) + (alike >= SIMILAR) + (alike >= EQUAL_NAME)


def _hired_level(lead_date: date | None, hired_on: date | None) -> int:
    if lead_date is None or hired_on is None:
        return MISSING
    days = (hired_on - lead_date).days
    return DIFFERS + (NEAR[0] <= days <= NEAR[1]) + (CLOSE[0] <= days <= CLOSE[1])
