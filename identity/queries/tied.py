"""Whom exact keys of other apps' people lead to: persons with what they are known by, and red leads."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery

from identity.models import Driver, Lead, Link
from identity.models.sightings import KINDS
from identity.queries.known_by import Keys, Rows, bearing, identifiers_among, rows_of_persons
from identity.queries.phones import phone_keys, whole_number
from identity.rules import IdentifierKind, Source

Key = tuple[str, str]  # kind and value
Known = dict[UUID, dict[str, list[str]]]
PAPERS = frozenset({str(IdentifierKind.DOCUMENT), str(IdentifierKind.LICENCE)})


@dataclass(frozen=True, slots=True)
class Tied:
    """Persons by key (`kind`, value), what they are known by, and the keys of red leads; phones are E.164.

    A person holds what users confirmed and what the linked leads and accounts bear. `known` tells by kind,
    the surest first, and only of those who alone hold a key: one of several says nothing about any.
    """

    persons: Mapping[Key, Collection[UUID]]
    known: Mapping[UUID, Mapping[str, Collection[str]]]
    red: Collection[Key]


def tied(*, emails: Collection[str], phones: Collection[str]) -> Tied:
    """Return who holds these e-mails and phones (E.164). Eight queries, three if nobody does."""
    keys = {IdentifierKind.EMAIL: set(emails), IdentifierKind.PHONE: set(phone_keys(phones))}
    persons: dict[Key, set[UUID]] = defaultdict(set)
    red: set[Key] = set()
    for key, person in (*_held(keys), *_borne(Driver, keys), *_borne(Lead, keys, red)):
        persons[key].add(person)
    return Tied(persons, _known({one for some in persons.values() if len(some) == 1 for one in some}), red)


def _held(keys: Keys) -> Iterator[tuple[Key, UUID]]:
    for kind, value, person in identifiers_among(keys).values_list("kind", "value", "person").order_by():
        yield (kind, _told(kind, value)), person


def _borne(
    model: type[Driver] | type[Lead], keys: Keys, nobodys: set[Key] | None = None
) -> Iterator[tuple[Key, UUID]]:
    """Yield whose linked rows bear a key; add to `nobodys` what rows of nobody bear."""
    source, pk = (Source.DRIVER, "driver_id") if model is Driver else (Source.CABINET, "source_pk")
    links = Link.objects.filter(source=source, source_pk=OuterRef(pk)).order_by()
    rows = model._default_manager.filter(bearing(keys)).annotate(whose=Subquery(links.values("person")[:1]))
    columns = [f"{kind}_key" for kind in keys]
    for *values, person in rows.order_by().values_list(*columns, "whose").distinct():
        for kind, value in zip(keys, values, strict=True):
            if value not in keys[kind]:
                continue
            if person is not None:
                yield (kind, _told(kind, value)), person
            elif nobodys is not None:
                nobodys.add((kind, _told(kind, value)))


def _known(persons: Collection[UUID]) -> Known:
    """Return what persons are known by, the surest first. A slip of a lead is no second document."""
    rows = rows_of_persons(keys=persons)
    found: Known = {one.pk: {} for one in rows.persons}
    for said in (_own(rows), _said_by(rows, Source.DRIVER), _said_by(rows, Source.CABINET)):
        sure = {(person, kind) for person, each in found.items() for kind in PAPERS & each.keys()}
        for person, kind, value in said:
            values = found[person].setdefault(kind, []) if person in found else []
            if (person, kind) not in sure and value not in values:
                values.append(value)
    return found


def _own(rows: Rows) -> Iterator[tuple[UUID, str, str]]:
    for person, held in rows.identifiers.items():
        for one in held:
            yield person, one.kind, _told(one.kind, one.value)


def _said_by(rows: Rows, source: Source) -> Iterator[tuple[UUID, str, str]]:
    """Yield what linked accounts or leads say of their persons: person, kind and value."""
    several: Mapping[str, Driver | Lead] = (
        {one.driver_id: one for one in rows.drivers}
        if source is Source.DRIVER
        else {one.source_pk: one for one in rows.leads}
    )
    for key, one in several.items():
        for kind in KINDS:
            if value := getattr(one, f"{kind}_key"):
                yield rows.links[source, key].person_id, kind, _told(kind, value)


def _told(kind: str, value: str) -> str:
    return whole_number(value) if kind == IdentifierKind.PHONE and value else value
