"""What is known beside a case: whose keys the candidates hold, what was tried, what people said."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from identity.models import Attempt, Driver, Identifier, Lead, Link, Person, Verdict
from identity.rules import Source


@dataclass(frozen=True, slots=True)
class Known:
    """Persons and accounts by key, what persons are known by, and how many rows each has, by source."""

    persons: Mapping[UUID, Person]
    drivers: Mapping[str, Driver]
    identifiers: Mapping[UUID, Collection[Identifier]]
    links: Mapping[UUID, Mapping[str, int]]


def known(*, persons: Iterable[UUID], drivers: Iterable[str]) -> Known:
    """Return what is known of some persons and accounts. Four queries."""
    keys, numbers = list(persons), list(drivers)
    identifiers: dict[UUID, list[Identifier]] = defaultdict(list)
    for one in Identifier.objects.filter(person__in=keys):
        identifiers[one.person_id].append(one)
    links: dict[UUID, Counter[str]] = defaultdict(Counter)
    counted = Link.objects.filter(person__in=keys).order_by().values_list("person", "source")
    for person, source, rows in counted.annotate(rows=Count("pk")):
        links[person][source] = rows
    accounts = {one.driver_id: one for one in Driver.objects.filter(driver_id__in=numbers)}
    return Known(Person.objects.in_bulk(keys), accounts, identifiers, links)


def attempts_of(*, lead_id: int, limit: int) -> list[Attempt]:
    """Return the newest tries of a lead. One query."""
    return list(Attempt.objects.filter(lead=lead_id)[:limit])


def verdicts_of(*, lead_id: int) -> list[Verdict]:
    """Return what people said of a lead, newest first. One query."""
    return list(Verdict.objects.select_related("person", "driver").filter(lead=lead_id))


def link_of(*, lead: Lead) -> Link | None:
    """Return a lead's link with its person. One query."""
    found = Link.objects.select_related("person")
    return found.filter(source=Source.CABINET, source_pk=lead.source_pk).first()
