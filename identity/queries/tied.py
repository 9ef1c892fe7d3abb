"""Whom exact keys of other apps' people lead to: persons with what they are known by, and red leads."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from identity.models import Identifier, Lead
from identity.queries.phones import phone_keys, whole_number
from identity.rules import IdentifierKind

Kept = Mapping[IdentifierKind, Collection[str]]


@dataclass(frozen=True, slots=True)
class Tied:
    """Persons by key (`kind`, value), what each is known by, and the keys of red leads; phones are E.164."""

    persons: Mapping[tuple[str, str], Collection[UUID]]
    known: Mapping[UUID, Mapping[str, Collection[str]]]
    red: Collection[tuple[str, str]]


def tied(*, emails: Collection[str], phones: Collection[str]) -> Tied:
    """Return who holds these e-mails and phones (E.164). Three queries."""
    phones = phone_keys(phones)
    wanted = Q(kind=IdentifierKind.EMAIL, value__in=emails) | Q(kind=IdentifierKind.PHONE, value__in=phones)
    persons: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    rows = Identifier.objects.filter(wanted, person__merged_into=None).order_by()
    for kind, value, person in rows.values_list("kind", "value", "person"):
        persons[kind, _told(kind, value)].add(person)
    return Tied(persons, _known({one for some in persons.values() for one in some}), _red(emails, phones))


def _known(persons: Collection[UUID]) -> dict[UUID, dict[str, list[str]]]:
    found: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = Identifier.objects.filter(person__in=persons).order_by("kind", "value")
    for person, kind, value in rows.values_list("person", "kind", "value"):
        found[person][kind].append(_told(kind, value))
    return found


def _told(kind: str, value: str) -> str:
    return whole_number(value) if kind == IdentifierKind.PHONE and value else value


def _red(emails: Collection[str], phones: Collection[str]) -> set[tuple[str, str]]:
    # The second half says what the partial indexes are over.
    held = Q(email_key__in=emails) & ~Q(email_key="") | Q(phone_key__in=phones) & ~Q(phone_key="")
    found: set[tuple[str, str]] = set()
    for email, phone in Lead.objects.red().filter(held).values_list("email_key", "phone_key"):
        keys = {IdentifierKind.EMAIL: email, IdentifierKind.PHONE: phone}
        found |= {(str(kind), _told(kind, value)) for kind, value in keys.items()}
    return found
