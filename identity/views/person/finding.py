"""Which persons, leads and accounts are somebody, and the keys they carry in the form that all apps know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from identity.matching.keys import code_key
from identity.models import Driver, Identifier, Lead, Link, Person
from identity.models.words import RULE_LABELS
from identity.queries.known_by import Rows, rows_known_by, rows_of_driver, rows_of_lead, rows_of_person
from identity.queries.phones import phone_keys, whole_number
from identity.queries.successors import UnknownPerson, successor_of
from identity.rules import IdentifierKind, Source
from tenants.display.persons import (
    MOST_ROWS,
    Asked,
    Held,
    Key,
    KeyKind,
    document_key,
    email_key,
    phone_key,
)
from tenants.intake import is_number, is_uuid
from tenants.permissions import Capability

PERSON, LEAD, DRIVER = "person", "lead", "driver"
KINDS = frozenset({PERSON, LEAD, DRIVER})


def find(of: str, row: str, asked: Asked) -> Sequence[Held]:
    """Return a person, lead or account and all that is linked with it. Eight queries at most."""
    found = Rows()
    if of == PERSON and is_uuid(row):
        key = _living(UUID(row))
        found = rows_of_person(key=key, most=MOST_ROWS) if key else found
        row = str(key)
    elif of == LEAD and is_number(row):
        found = rows_of_lead(lead_id=int(row), most=MOST_ROWS)
    elif of == DRIVER and is_number(row):
        found = rows_of_driver(driver_id=int(row), most=MOST_ROWS)
    held = list(_held(found, asked))
    return sorted(held, key=lambda one: one.address != (of, row)) if _has(held, of, row) else ()


def holders(keys: Collection[Key], asked: Asked) -> Sequence[Held]:
    """Return the persons, leads and accounts with one of these keys, and what is linked. Nine queries."""
    wanted = {
        IdentifierKind.PHONE: phone_keys([key.value for key in keys if key.kind is KeyKind.PHONE]),
        IdentifierKind.EMAIL: [key.value for key in keys if key.kind is KeyKind.EMAIL],
        IdentifierKind.DOCUMENT: [
            key.shown
            for key in keys
            # A document of another country is another document.
            if key.kind is KeyKind.DOCUMENT and key.value.startswith(f"{asked.country}:")
        ],
    }
    return list(_held(rows_known_by(keys=wanted, most=MOST_ROWS), asked))


def key_of(kind: str, value: str, country: str) -> Key | None:
    """Return a key of matching (I1) as the key that all apps know, None for one that none else has."""
    if not value:
        return None
    if kind == IdentifierKind.PHONE:
        return phone_key(whole_number(value), country=country)
    if kind == IdentifierKind.DOCUMENT:
        return document_key(code_key(value), country=country)
    return email_key(value) if kind == IdentifierKind.EMAIL else None


def lead_page(lead: int) -> str:
    """Return the address of a lead's page."""
    return reverse("identity:lead", args=[lead])


def person_page(key: UUID, asked: Asked) -> str:
    """Return the address of a person's page, "" for whom staff alone may see it."""
    return reverse("admin:identity_person_change", args=[key]) if asked.may(Capability.EDIT) else ""


def _living(key: UUID) -> UUID | None:
    try:
        return successor_of(key=key)
    except UnknownPerson:
        return None


def _has(held: Collection[Held], of: str, row: str) -> bool:
    return any(one.address == (of, row) for one in held)


def _held(rows: Rows, asked: Asked) -> Iterator[Held]:
    owned: dict[UUID, set[tuple[str, str]]] = {}
    for lead in rows.leads:
        link = rows.links.get((Source.CABINET, lead.source_pk))
        yield _sighting(LEAD, _("Lead"), lead, link, lead_page(lead.pk), asked)
        _own(owned, link, (LEAD, str(lead.pk)))
    for driver in rows.drivers:
        link = rows.links.get((Source.DRIVER, driver.driver_id))
        yield _sighting(DRIVER, _("Driver account"), driver, link, _driver_page(driver, asked), asked)
        _own(owned, link, (DRIVER, str(driver.pk)))
    for person in rows.persons:
        yield _person(person, rows.identifiers.get(person.pk, ()), owned, asked)


def _own(owned: dict[UUID, set[tuple[str, str]]], link: Link | None, address: tuple[str, str]) -> None:
    if link is not None:
        owned.setdefault(link.person_id, set()).add(address)


def _sighting(of: str, what: str, one: Lead | Driver, link: Link | None, href: str, asked: Asked) -> Held:
    kinds = (IdentifierKind.PHONE, IdentifierKind.DOCUMENT, IdentifierKind.EMAIL)
    keys = {key_of(kind, getattr(one, f"{kind}_key"), asked.country) for kind in kinds}
    return Held(
        of=of,
        row=str(one.pk),
        what=what,
        name=str(one),
        href=href,
        # Who is nobody's yet is one person as long as the name is one.
        group=str(link.person_id) if link else one.name_key or f"{of} {one.pk}",
        keys=frozenset(key for key in keys if key),
        linked_to=frozenset({(PERSON, str(link.person_id))} if link else ()),
        link=_link_words(link) if link else "",
    )


def _person(
    one: Person,
    known: Sequence[Identifier],
    owned: Mapping[UUID, set[tuple[str, str]]],
    asked: Asked,
) -> Held:
    keys = {key_of(identifier.kind, identifier.value, asked.country) for identifier in known}
    return Held(
        of=PERSON,
        row=str(one.pk),
        what=_("Person"),
        name=str(one),
        href=person_page(one.pk, asked),
        group=str(one.pk),
        keys=frozenset(key for key in keys if key),
        linked_to=frozenset(owned.get(one.pk, ())),
        link=_("the person of a linked row"),
    )


def _driver_page(one: Driver, asked: Asked) -> str:
    return reverse("admin:identity_driver_change", args=[one.pk]) if asked.may(Capability.EDIT) else ""


def _link_words(link: Link) -> str:
    rule = RULE_LABELS.get(link.rule, link.rule)
    return _("linked: %(rule)s (%(score)d)") % {"rule": rule, "score": link.score}
