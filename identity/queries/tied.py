"""Whom exact keys of other apps' people lead to: persons with what they are known by, and red leads."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from identity.models import Identifier, Lead
from identity.rules import IdentifierKind

Kept = Mapping[IdentifierKind, Collection[str]]


@dataclass(frozen=True, slots=True)
class Tied:
    """Persons by key (`kind`, value in its normal form), what each is known by, and the keys of red leads."""

    persons: Mapping[tuple[str, str], Collection[UUID]]
    known: Mapping[UUID, Mapping[str, Collection[str]]]
    red: Collection[tuple[str, str]]


def tied(*, emails: Collection[str], phones: Collection[str]) -> Tied:
    """Return who holds these e-mails and phones (digits with the country's code, I1). Three queries."""
    wanted = Q(kind=IdentifierKind.EMAIL, value__in=emails) | Q(kind=IdentifierKind.PHONE, value__in=phones)
    persons: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    rows = Identifier.objects.filter(wanted, person__merged_into=None).order_by()
    for kind, value, person in rows.values_list("kind", "value", "person"):
        persons[kind, value].add(person)
    return Tied(persons, _known({one for some in persons.values() for one in some}), _red(emails, phones))


def _known(persons: Collection[UUID]) -> dict[UUID, dict[str, list[str]]]:
    found: dict[UUID, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = Identifier.objects.filter(person__in=persons).order_by("kind", "value")
    for person, kind, value in rows.values_list("person", "kind", "value"):
        found[person][kind].append(value)
    return found


def _red(emails: Collection[str], phones: Collection[str]) -> set[tuple[str, str]]:
    # The second half says what the partial indexes are over.
    held = Q(email_key__in=emails) & ~Q(email_key="") | Q(phone_key__in=phones) & ~Q(phone_key="")
    found: set[tuple[str, str]] = set()
    for email, phone in Lead.objects.red().filter(held).values_list("email_key", "phone_key"):
        found |= {(str(IdentifierKind.EMAIL), email), (str(IdentifierKind.PHONE), phone)}
    return found
