"""Who could it be? Persons and accounts of nobody, by name or by anything they are known by."""

from collections.abc import Collection, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from identity.models import Driver, Identifier, Lead, Link, Person
from identity.models.names import KeyWords, NameWords, bearing
from identity.rules import IdentifierKind, Source

Keys = Mapping[IdentifierKind, str]
# A family's phone leads to a few persons; a key of thousands is no key.
MOST_HOLDERS = 200


def persons_found(
    *, words: Collection[str] = (), keys: Keys | None = None, text: str = ""
) -> QuerySet[Person]:
    """Return living persons by words that begin those of their name, or by a key of theirs or their rows'.

    `text` may also be a driver id or a lead's key. The keys are looked up at once: three queries.
    """
    living = Person.objects.filter(merged_into=None)
    holders = Q(pk__in=_holders(keys or {}, text))
    if words:
        return living.alias(words=NameWords("name")).filter(Q(words=bearing(words)) | holders)
    return living.filter(holders)


def first_found(persons: QuerySet[Person], size: int) -> list[Person]:
    """Return some of the persons found, counted. Sorting all of a frequent name would take seconds."""
    keys = list(persons.order_by().values_list("pk", flat=True)[:size])
    return list(counted(Person.objects.filter(pk__in=keys)).order_by("name", "pk"))


def counted(persons: QuerySet[Person]) -> QuerySet[Person]:
    """Add `accounts_n` and `leads_n`, counted for the rows that are shown and no others."""

    def links(source: Source) -> Coalesce:
        rows = Link.objects.filter(person=OuterRef("pk"), source=source).order_by().values("person")
        return Coalesce(Subquery(rows.annotate(many=Count("pk")).values("many")), 0)

    return persons.annotate(accounts_n=links(Source.DRIVER), leads_n=links(Source.CABINET))


def accounts_of_nobody(
    *, words: Collection[str] = (), keys: Keys | None = None, text: str = ""
) -> QuerySet[Driver]:
    """Return accounts that are not linked, by the words of their name, or by a key or id of theirs."""
    linked = Link.objects.filter(source=Source.DRIVER, source_pk=OuterRef("driver_id"))
    free = Driver.objects.filter(~Exists(linked))
    if words:
        return _called(free, words, Q(driver_id=text))
    return free.filter(_holding(keys or {}, Q(driver_id=text)))


def sightings_found(
    rows: QuerySet[Any], *, words: Collection[str] = (), keys: Keys | None = None, exact: Mapping[str, str]
) -> QuerySet[Any]:
    """Narrow leads, accounts or registrations to the words of a name, a key, or exactly this column."""
    if words:
        return _called(rows, words, Q(**exact))
    return rows.filter(_holding(keys or {}, Q(**exact)))


def _called(rows: QuerySet[Any], words: Collection[str], exact: Q) -> QuerySet[Any]:
    """Narrow sightings to the words of a name, by its index, or exactly something else, by its own."""
    called: QuerySet[Any] = rows.alias(words=KeyWords("name_key"))
    return called.filter(Q(words=bearing(words)) | exact)


def _holders(keys: Keys, text: str) -> set[UUID]:
    found = set(_by_identifiers(keys))
    drivers = Driver.objects.filter(_holding(keys, Q(driver_id=text))).values("driver_id")[:MOST_HOLDERS]
    leads = Lead.objects.filter(_holding(keys, Q(source_pk=text))).values("source_pk")[:MOST_HOLDERS]
    for source, rows in ((Source.DRIVER, drivers), (Source.CABINET, leads)):
        links = Link.objects.filter(source=source, source_pk__in=rows)
        found |= set(links.values_list("person", flat=True))
    return found


def _by_identifiers(keys: Keys) -> Iterator[UUID]:
    if keys:
        wanted = reduce(or_, (Q(kind=kind, value=value) for kind, value in keys.items()))
        yield from Identifier.objects.filter(wanted).values_list("person", flat=True)[:MOST_HOLDERS]


def _holding(keys: Keys, exact: Q) -> Q:
    return reduce(or_, (Q(**{f"{kind}_key": key}) for kind, key in keys.items()), exact)
