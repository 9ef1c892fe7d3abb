"""The values that matching takes: a lead's facts and those of the accounts that may be the same person."""

from collections.abc import Hashable
from datetime import date
from typing import NamedTuple


# Tuples, because a batch makes thousands of them.
class Facts(NamedTuple):
    """Identifiers in their normal form (I1), "" for absent, and the words of the name."""

    phone: str = ""
    document: str = ""
    licence: str = ""
    email: str = ""
    plate: str = ""
    car: str = ""
    name: frozenset[str] = frozenset()
    park: str = ""


class LeadFacts(NamedTuple):
    """A lead: its facts, its day in the tenant's zone, and its target park as `facts.park`."""

    facts: Facts
    lead_date: date | None = None


class Candidate(NamedTuple):
    """A driver account, or identifiers a person holds without one, seen as a person (I4).

    `person` is the same for all that belong to one: accounts are compared as persons.
    """

    person: Hashable
    facts: Facts
    hired_on: date | None = None
    account: int | None = None
