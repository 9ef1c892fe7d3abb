"""Leads, accounts and persons as linking reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from identity.matching.facts import Facts, LeadFacts
from identity.matching.keys import name_tokens


class Asked(NamedTuple):
    """A lead, or a registration, to be linked."""

    id: int
    source_pk: str
    facts: LeadFacts
    name_key: str
    inputs: str
    has_case: bool


class Account(NamedTuple):
    """A driver account; `person` is whom it is linked to."""

    id: int
    driver_id: str
    facts: Facts
    name_key: str
    hired_on: date | None
    person: UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """A person by its own identifiers; `sole` are those with one holder."""

    key: UUID
    name_key: str
    values: dict[str, frozenset[str]]


@dataclass(slots=True)
class Found:
    """Candidates of one lead."""

    accounts: dict[int, Account] = field(default_factory=dict)
    persons: dict[UUID, Known] = field(default_factory=dict)


@lru_cache(maxsize=5_000)  # a batch and its candidates
def _tokens(key: str) -> frozenset[str]:
    return name_tokens(key)


def asked(row: Sequence[Any]) -> Asked:
    """Return what `statements.LEADS` says of a lead."""
    number, pk, park, phone, document, licence, email, plate, car, name, day, inputs, has_case = row
    facts = Facts(phone, document, licence, email, plate, car, _tokens(name), park)
    return Asked(number, pk, LeadFacts(facts, day), name, inputs, has_case)


def account(row: Sequence[Any]) -> Account:
    """Return what `statements.ACCOUNT` says of an account."""
    number, driver, park, phone, document, licence, email, plate, car, name, hired_on, person = row
    facts = Facts(phone, document, licence, email, plate, car, _tokens(name), park)
    return Account(number, driver, facts, name, hired_on, person)
