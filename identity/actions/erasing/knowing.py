"""Who is meant by exact keys: sightings, the persons they are, and all other sightings of those (S19)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Model, Q

from identity.matching import keys as forms
from identity.models import Driver, Identifier, Lead, Link, Person, ScoutRegistration
from identity.rules import IdentifierKind, Source
from tenants.records.erasure import PersonKeys

# A document may stand where a licence is asked for.
KINDS = {
    IdentifierKind.DOCUMENT: "document",
    IdentifierKind.LICENCE: "document",
    IdentifierKind.PHONE: "phone",
    IdentifierKind.EMAIL: "email",
}
SIGHTINGS: dict[Source, tuple[type[Model], str]] = {
    Source.CABINET: (Lead, "source_pk"),
    Source.SCOUT: (ScoutRegistration, "source_pk"),
    Source.DRIVER: (Driver, "driver_id"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """All rows of whom some keys name; sightings by where their links find them."""

    persons: tuple[UUID, ...]
    sightings: dict[Source, tuple[int, ...]]

    @property
    def count(self) -> int:
        """How many persons, linked or not."""
        return len(self.persons) or bool(sum(map(len, self.sightings.values())))


def known_by(keys: PersonKeys) -> Known:
    """Return everything of whom the keys name. Ten queries."""
    values = _values(keys)
    named = {source: _named(model, values) for source, (model, _key) in SIGHTINGS.items()}
    persons = _persons(values, named)
    return Known(persons, {source: _all(source, named[source], persons) for source in SIGHTINGS})


def _values(keys: PersonKeys) -> list[tuple[IdentifierKind, str]]:
    """Return the keys in the form in which identity compares them (I1)."""
    made = {
        "document": forms.code_key(keys.document),
        "phone": forms.phone_key(keys.phone, country=keys.country),
        "email": forms.email_key(keys.email),
    }
    return [(kind, made[word]) for kind, word in KINDS.items() if made[word]]


def _named(model: type[Model], values: Sequence[tuple[IdentifierKind, str]]) -> tuple[int, ...]:
    if not values:
        return ()
    asked = reduce(or_, (Q(**{f"{kind}_key": value}) for kind, value in values))
    return tuple(model._default_manager.filter(asked).order_by("pk").values_list("pk", flat=True))


def _persons(
    values: Sequence[tuple[IdentifierKind, str]], named: dict[Source, tuple[int, ...]]
) -> tuple[UUID, ...]:
    """Return who holds a key or a sighting with one, and whoever became one with them (I9)."""
    asked = reduce(or_, (Q(kind=kind, value=value) for kind, value in values), Q(pk__in=[]))
    found = set(Identifier.objects.filter(asked).values_list("person", flat=True))
    for source, ids in named.items():
        found |= set(
            Link.objects.filter(source=source, source_pk__in=_keys(source, ids)).values_list(
                "person", flat=True
            )
        )
    merged = Person.objects.filter(merged_into__in=found).values_list("pk", flat=True)
    return tuple(sorted(found | set(merged)))


def _all(source: Source, named: Iterable[int], persons: Iterable[UUID]) -> tuple[int, ...]:
    model, key = SIGHTINGS[source]
    links = Link.objects.filter(source=source, person__in=list(persons)).values_list("source_pk", flat=True)
    theirs = model._default_manager.filter(**{f"{key}__in": list(links)}).values_list("pk", flat=True)
    return tuple(sorted({*named, *theirs}))


def _keys(source: Source, ids: Sequence[int]) -> list[str]:
    model, key = SIGHTINGS[source]
    return list(model._default_manager.filter(pk__in=ids).values_list(key, flat=True))
