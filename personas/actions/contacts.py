"""Contacts are made, changed and deleted by hand, a title always together with its persona (P8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.actions import statements as sql
from personas.actions.classifying import ruleset
from personas.actions.contact_rows import Writer, lock_contacts, stored_draft, take_numbers, write_drafts
from personas.actions.deciding import assign_persona, change_title
from personas.actions.matching import Draft
from personas.actions.persona_days import count_moves
from personas.models import Contact, ContactCompany, ContactEmail, ContactPersona
from personas.queries import UnknownContact
from personas.rules import ChangeCause, company_key
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

# Each list is named, so that both columns of the key are known: by the contact alone all would be read. As an
# array, because the planner may turn a join around.
UNLIST = """
    DELETE FROM personas_listedchange
     WHERE of_id = ANY(ARRAY(SELECT id FROM personas_reclassification)) AND contact_id = %(contact)s
"""
NAMES = ("first_name", "last_name", "linkedin_url", "emails")


class ContactExists(Refused):
    """Another contact has this e-mail or profile address (L6)."""

    code = "contact_exists"
    message = _("Another contact has this e-mail or profile address.")


class NamelessContact(Refused):
    """Nothing would say who the contact is."""

    code = "contact_nameless"
    kind = RefusalKind.UNPROCESSABLE
    message = _("A contact needs a name, an e-mail or a profile address.")


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact to be made, in canonical form; the first of `emails` and of `companies` is the primary one.

    `persona` is the code of one given by hand (P7), "" leaves it to the rules.
    """

    first_name: str = ""
    last_name: str = ""
    emails: Sequence[str] = ()
    companies: Sequence[str] = ()
    job_title: str = ""
    linkedin_url: str = ""
    persona: str = ""
    # Stored as they are, by the names of their columns.
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_contact(*, contact: NewContact, by: UUID) -> int:
    """Make a contact, classified by the rules or by hand; return its id.

    Raises NamelessContact, ContactExists, UnknownPersona, NoRules.
    """
    _check_named({name: getattr(contact, name) for name in NAMES})
    lock_contacts()
    _check_free(contact.emails, contact.linkedin_url)
    draft = Draft(
        id=next(take_numbers(1)),
        is_new=True,
        first_name=contact.first_name,
        last_name=contact.last_name,
        job_title=contact.job_title,
        linkedin_url=contact.linkedin_url,
        emails=list(contact.emails),
        new_emails=list(contact.emails),
        companies=[company_key(name) for name in contact.companies],
        new_companies=list(contact.companies),
    )
    write_drafts([draft], Writer(ruleset(), ChangeCause.TITLE, by=by))
    Contact.objects.filter(pk=draft.id).update(**contact.facts)
    if contact.persona:
        assign_persona(contact_id=draft.id, persona=queries.persona(code=contact.persona), by=by)
    note(verb="create", of="contact", id=draft.id, by=by)
    return draft.id


@transaction.atomic
def change_contact(*, contact_id: int, changes: Mapping[str, Any], by: UUID) -> None:
    """Write only these of NewContact's fields and columns: a persona by hand (P7), a title as P8 says.

    Raises UnknownContact, NamelessContact, ContactExists, UnknownPersona, NoRules.
    """
    lock_contacts()
    present = stored_draft(contact_id)
    if present is None:
        raise UnknownContact(contact=str(contact_id))
    _check_named({name: changes.get(name, getattr(present, name)) for name in NAMES})
    _check_free(changes.get("emails", ()), changes.get("linkedin_url", ""), apart_from=contact_id)
    own = {"emails", "companies", "persona", "job_title"}
    columns = {name: value for name, value in changes.items() if name not in own}
    Contact.objects.filter(pk=contact_id).update(updated_at=Now(), **columns)
    _replace(ContactEmail, contact_id, changes.get("emails"))
    _replace(ContactCompany, contact_id, changes.get("companies"))
    # The persona first: a title of a held contact moves nothing.
    if changes.get("persona"):
        assign_persona(contact_id=contact_id, persona=queries.persona(code=changes["persona"]), by=by)
    if changes.get("job_title", present.job_title) != present.job_title:
        change_title(contact_id=contact_id, job_title=changes["job_title"], by=by)
    note(verb="change", of="contact", id=contact_id, by=by, change={"fields": sorted(changes)})


@transaction.atomic
def delete_contact(*, contact_id: int, by: UUID) -> None:
    """Delete a contact, its history and its place in lists of changes. Raises UnknownContact."""
    lock_contacts()
    found = Contact.objects.filter(pk=contact_id).first()
    if found is None:
        raise UnknownContact(contact=str(contact_id))
    kept = ContactPersona.objects.select_for_update().filter(contact=contact_id).first()
    sql.rows(UNLIST, contact=contact_id)
    found.delete()
    if found.title_id is not None:
        sql.rows(sql.LEFT_TITLES, titles=[found.title_id])
    if kept is not None:
        count_moves([(kept.persona_id, None, 1)])
    note(verb="delete", of="contact", id=contact_id, by=by)


def _check_named(names: Mapping[str, Any]) -> None:
    if not any(names.values()):
        raise NamelessContact


def _check_free(emails: Sequence[str], linkedin_url: str, *, apart_from: int | None = None) -> None:
    """Raise ContactExists when an e-mail or the address is another contact's; free ones stay so (L6)."""
    others = ContactEmail.objects.filter(address__in=emails).exclude(contact=apart_from)
    owner = others.values_list("contact", flat=True).first()
    if owner is not None:
        raise ContactExists(contact=str(owner), field="emails")
    twins = Contact.objects.exclude(pk=apart_from or 0).filter(linkedin_url=linkedin_url)
    twin = twins.values_list("pk", flat=True).first() if linkedin_url else None
    if twin is not None:
        raise ContactExists(contact=str(twin), field="linkedin_url")


def _replace(
    model: type[ContactEmail] | type[ContactCompany], contact_id: int, values: Sequence[str] | None
) -> None:
    """Write all e-mails or companies of a contact anew, the first as the primary one; None leaves them."""
    if values is None:
        return
    model.objects.filter(contact=contact_id).delete()
    for place, value in enumerate(values):
        named: dict[str, Any] = (
            {"address": value} if model is ContactEmail else {"name": value, "key": company_key(value)}
        )
        model.objects.create(contact_id=contact_id, is_primary=place == 0, **named)
