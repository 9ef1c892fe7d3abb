"""The values that matching takes: a lead's facts and those of the accounts that may be the same person."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Facts:
    """Identifiers in their normal form (I1), "" for absent, and the words of the name."""

    phone: str = ""
    document: str = ""
    licence: str = ""
    email: str = ""
    plate: str = ""
    car: str = ""
    name: frozenset[str] = frozenset()
    park: str = ""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """A lead: its facts, its day in the tenant's zone, and its target park as `facts.park`."""

    facts: Facts
    lead_date: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A driver account, or identifiers a person holds without one, seen as a person (I4).

    `person` is the same for all that belong to one: accounts are compared as persons.
    """

    person: Hashable
    facts: Facts
    hired_on: date | None = None
    account: int | None = field(default=None, compare=False)
