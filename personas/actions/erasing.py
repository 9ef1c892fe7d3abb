"""What personas know of a person, handed out and erased: the contact goes, counts are mended (S19)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from personas.actions.contacts import delete_contact
from personas.models import (
    Contact,
    ContactCompany,
    ContactEmail,
    ContactPersona,
    LinkedInImport,
    PersonaChange,
    RejectedRow,
)
from personas.models.imports import RUNNING
from tenants.records.actions import hold_uploads
from tenants.records.erasure import Finding, Order, PersonKeys, Rows, Trace, others
from tenants.records.models import StoredFile
from tenants.records.queries import rows_naming, told

NOBODY = UUID(int=0)


class PersonaTraces:
    """Contacts by e-mail, phone and profile address; rows of files that were not taken, by their cells."""

    app = "personas"
    models = (
        "personas.Contact",
        "personas.ContactEmail",
        "personas.ContactCompany",
        "personas.ContactPersona",
        "personas.PersonaChange",
        "personas.ListedChange",
        "personas.RejectedRow",
    )

    def found(self, keys: PersonKeys) -> Finding:
        """Count contacts, their rows, rejected rows and files. Four to seven queries."""
        contacts, rejected = _contacts(keys), rows_naming(RejectedRow, "cells", keys)
        files = _files(_idle()) if contacts or rejected else []
        counted = (
            Trace("personas.Contact", len(contacts)),
            Trace("personas.RejectedRow", len(rejected)),
            Trace("records.StoredFile", len(files)),
        )
        also = _also(contacts, keys)
        return Finding(tuple(trace for trace in counted if trace.count), len(contacts), also)

    def exported(self, keys: PersonKeys) -> Mapping[str, Rows]:
        """Return contacts and all that hangs on them."""
        of = {"contact__in": _contacts(keys)}
        return {
            "personas.Contact": told(Contact.objects.filter(pk__in=of["contact__in"])),
            "personas.ContactEmail": told(ContactEmail.objects.filter(**of)),
            "personas.ContactCompany": told(ContactCompany.objects.filter(**of)),
            "personas.ContactPersona": told(ContactPersona.objects.filter(**of)),
            "personas.PersonaChange": told(PersonaChange.objects.filter(**of)),
            "personas.RejectedRow": told(
                RejectedRow.objects.filter(pk__in=rows_naming(RejectedRow, "cells", keys))
            ),
        }

    def erased(self, order: Order) -> Mapping[str, int]:
        """Delete contacts as a person would, rejected rows, and the bytes of files that may name them."""
        # What is uploaded at this moment is seen, too.
        hold_uploads()
        contacts, rejected = _contacts(order.keys), rows_naming(RejectedRow, "cells", order.keys)
        # Held, so that none is started while its bytes go; one that was started meanwhile is none of them.
        idle = _idle().order_by("pk").select_for_update(no_key=True)
        files = _files(idle) if contacts or rejected else []
        for contact in contacts:
            delete_contact(contact_id=contact, by=order.by or NOBODY)
        return {
            "personas.Contact": len(contacts),
            "personas.RejectedRow": RejectedRow.objects.filter(pk__in=rejected).delete()[0],
            "records.StoredFile": StoredFile.objects.filter(pk__in=files).only("pk").delete()[0],
        }


def _contacts(keys: PersonKeys) -> list[int]:
    """Return contacts by their keys, in the order in which they are locked. One query."""
    asked = Q(pk__in=[])
    if keys.email:
        asked |= Q(emails__address=keys.email)
    if keys.phone:
        asked |= Q(phone__in=(keys.phone, keys.phone.removeprefix("+")))
    if keys.handle:
        asked |= Q(linkedin_url__iexact=keys.handle.rstrip("/"))
    return list(Contact.objects.filter(asked).order_by("pk").values_list("pk", flat=True).distinct())


def _idle() -> QuerySet[LinkedInImport]:
    """Return imports whose file nobody reads: which of them name the person, nobody has written down."""
    return LinkedInImport.objects.exclude(state__in=RUNNING).filter(file__isnull=False)


def _files(imports: QuerySet[LinkedInImport]) -> list[Any]:
    return list(imports.values_list("file", flat=True))


def _also(contacts: list[int], keys: PersonKeys) -> frozenset[tuple[str, str]]:
    emails = ContactEmail.objects.filter(contact__in=contacts).values_list("address", flat=True)
    known = Contact.objects.filter(pk__in=contacts).values_list("phone", "linkedin_url")
    named = {("email", address) for address in emails}
    for phone, profile in known:
        named |= {("phone", phone), ("handle", profile)}
    return others(named, keys)
