"""Somebody's rows: whom keys lead to, and every lead and account that is linked with the same persons."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from identity.models import BacklogEvent, Case, Driver, Identifier, Lead, Link, Person, PersonChange
from identity.rules import IdentifierKind, Source

R = TypeVar("R", Lead, Driver)
Keys = Mapping[IdentifierKind, Collection[str]]
# Kinds of keys that other apps know too; a licence or a plate is identity's own.
SHARED_KINDS = (IdentifierKind.PHONE, IdentifierKind.DOCUMENT, IdentifierKind.EMAIL)


@dataclass(frozen=True, slots=True)
class Rows:
    """Persons, leads and accounts, the links between them, and what the persons are known by."""

    persons: Sequence[Person] = ()
    leads: Sequence[Lead] = ()
    drivers: Sequence[Driver] = ()
    links: Mapping[tuple[str, str], Link] = field(default_factory=dict)
    identifiers: Mapping[UUID, Sequence[Identifier]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """What happened to rows: cases by lead, moves in and out of the backlog, merges and splits."""

    cases: Mapping[int, Case]
    backlog: Sequence[BacklogEvent]
    changes: Sequence[PersonChange]


def rows_known_by(*, keys: Keys, most: int) -> Rows:
    """Return who holds one of these keys (I1), and all that is linked with them. Nine queries."""
    wanted = {kind: list(keys.get(kind, ())) for kind in SHARED_KINDS}
    fits = bearing(wanted)
    return _whole(
        persons=set(identifiers_among(wanted).values_list("person", flat=True)[:most]),
        leads=list(Lead.objects.filter(fits).order_by("pk")[:most]),
        drivers=list(Driver.objects.filter(fits).order_by("pk")[:most]),
        most=most,
    )


def rows_of_lead(*, lead_id: int, most: int) -> Rows:
    """Return a lead first, and all that is linked with it. Seven queries."""
    found = Lead.objects.filter(pk=lead_id)
    return _whole(persons=set(), leads=list(found), drivers=[], most=most)


def rows_of_driver(*, driver_id: int, most: int) -> Rows:
    """Return an account first, and all that is linked with it. Seven queries."""
    found = Driver.objects.filter(pk=driver_id)
    return _whole(persons=set(), leads=[], drivers=list(found), most=most)


def rows_of_person(*, key: UUID, most: int) -> Rows:
    """Return a person first, and all that is linked with it. Five queries."""
    return rows_of_persons(keys=[key], most=most)


def rows_of_persons(*, keys: Collection[UUID], most: int | None = None) -> Rows:
    """Return living persons and all that is linked with them. Five queries, none for nobody."""
    return _whole(persons=set(keys), leads=[], drivers=[], most=most) if keys else Rows()


def holders_of(*, kind: IdentifierKind, value: str) -> QuerySet[Any]:
    """Return the keys of the persons who hold a key (I1) themselves or by a linked lead or account.

    For a query to stand in: nothing is read yet.
    """
    wanted = {kind: [value]}
    drivers = Driver.objects.filter(bearing(wanted)).order_by().values("driver_id")
    leads = Lead.objects.filter(bearing(wanted)).order_by().values("source_pk")
    links = Link.objects.order_by().values("person")
    return (
        identifiers_among(wanted)
        .order_by()
        .values("person")
        .union(
            links.filter(source=Source.DRIVER, source_pk__in=drivers),
            links.filter(source=Source.CABINET, source_pk__in=leads),
        )
    )


def identifiers_among(keys: Keys) -> QuerySet[Identifier]:
    """Return what living persons hold of some keys themselves."""
    held = _any(Q(kind=kind, value__in=values) for kind, values in keys.items())
    return Identifier.objects.filter(held, person__merged_into=None)


def bearing(keys: Keys) -> Q:
    """Return which leads or accounts bear one of some keys, as a condition that their indexes answer."""
    # The second half says what the partial indexes are over.
    return _any(Q((f"{kind}_key__in", values)) & ~Q((f"{kind}_key", "")) for kind, values in keys.items())


def rows_by_number(*, persons: Collection[UUID], leads: Collection[str], drivers: Collection[str]) -> Rows:
    """Return exactly these rows with their links. Five queries."""
    found = list(Lead.objects.filter(pk__in=leads).order_by("pk"))
    accounts = list(Driver.objects.filter(pk__in=drivers).order_by("pk"))
    return Rows(
        persons=list(Person.objects.filter(pk__in=persons).select_related("origin").order_by("pk")),
        leads=found,
        drivers=accounts,
        links={(one.source, one.source_pk): one for one in Link.objects.filter(_linked(found, accounts))},
        identifiers=_identifiers(persons),
    )


def past_of(*, rows: Rows, most: int) -> Past:
    """Return what happened to rows, the newest of each. Three queries."""
    persons, keys = [one.pk for one in rows.persons], [one.source_pk for one in rows.leads]
    moved = PersonChange.objects.filter(Q(kept__in=persons) | Q(other__in=persons))
    return Past(
        cases=Case.objects.in_bulk([one.pk for one in rows.leads]),
        backlog=list(BacklogEvent.objects.filter(source_pk__in=keys).order_by("-id")[:most]),
        changes=list(moved.order_by("-id")[:most]),
    )


def _whole(*, persons: set[UUID], leads: list[Lead], drivers: list[Driver], most: int | None) -> Rows:
    """Add the persons of rows, then all rows of those persons. Six queries."""
    own = list(Link.objects.filter(_linked(leads, drivers)))
    persons |= {link.person_id for link in own}
    links = {(one.source, one.source_pk): one for one in own}
    theirs = Link.objects.filter(person__in=persons, source__in=[Source.CABINET, Source.DRIVER])
    links |= {(one.source, one.source_pk): one for one in theirs[:most]}
    return Rows(
        persons=list(Person.objects.filter(pk__in=persons, merged_into=None).order_by("pk")),
        leads=leads + _others(Lead, "source_pk", links, Source.CABINET, leads),
        drivers=drivers + _others(Driver, "driver_id", links, Source.DRIVER, drivers),
        links=links,
        identifiers=_identifiers(persons),
    )


def _linked(leads: Collection[Lead], drivers: Collection[Driver]) -> Q:
    return Q(source=Source.CABINET, source_pk__in=[one.source_pk for one in leads]) | Q(
        source=Source.DRIVER, source_pk__in=[one.driver_id for one in drivers]
    )


def _others(
    model: type[R], key: str, links: Collection[tuple[str, str]], source: Source, there: Sequence[R]
) -> list[R]:
    """Return the linked rows of a source that are not there yet."""
    known = {getattr(one, key) for one in there}
    wanted = [pk for of, pk in links if of == source and pk not in known]
    return list(model._default_manager.filter(**{f"{key}__in": wanted}).order_by("pk"))


def _identifiers(persons: Collection[UUID]) -> dict[UUID, list[Identifier]]:
    found: dict[UUID, list[Identifier]] = {}
    for one in Identifier.objects.filter(person__in=persons).order_by("kind", "value"):
        found.setdefault(one.person_id, []).append(one)
    return found


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found
