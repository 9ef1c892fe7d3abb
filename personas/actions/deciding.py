"""What a person decides about one contact: its persona, a lock, its title (P7, P8)."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from personas import queries
from personas.actions import statements as sql
from personas.actions.classifying import ruleset
from personas.actions.contact_rows import Writer, lock_contacts, stored_draft, write_drafts
from personas.actions.persona_days import Move, count_moves
from personas.models import ContactPersona, Persona, PersonaChange
from personas.queries import UnknownContact, UnknownPersona
from personas.rules import ChangeCause
from tenants.records.actions import note

# A persona that is being given cannot be deleted before the gift is committed.
STAY = "SELECT 1 FROM personas_persona WHERE id = %(persona)s FOR KEY SHARE"


@transaction.atomic
def assign_persona(
    *, contact_id: int, persona: Persona, by: UUID, cause: ChangeCause = ChangeCause.MANUAL
) -> None:
    """Give a contact its persona by hand; no job and no import changes it from now on (P7).

    Raises UnknownContact, UnknownPersona when it went meanwhile.
    """
    count_moves(give_persona(contact_id=contact_id, persona=persona, by=by, cause=cause))


def give_persona(*, contact_id: int, persona: Persona, by: UUID, cause: ChangeCause) -> list[Move]:
    """Do what assign_persona does, in the caller's transaction; return the move, for count_moves."""
    # Who makes a contact has counted its days already, who deletes a persona takes them: one after the other.
    lock_contacts()
    if not sql.rows(STAY, persona=persona.pk):
        raise UnknownPersona(persona=persona.code)
    before = _kept(contact_id)
    ContactPersona.objects.filter(contact=contact_id).update(
        persona=persona,
        keyword=None,
        keyword_text="",
        locked=True,
        assigned_manually=True,
        locked_at=Now(),
        locked_by=by,
        # What a person decided no job wrote, so no undo takes it back (R8).
        reclassified_by_job=None,
    )
    note(verb="assign_persona", of="contact", id=contact_id, by=by, change={"persona": persona.code})
    if before.persona_id == persona.pk:
        return []
    PersonaChange.objects.create(
        contact_id=contact_id,
        old=before.persona.code,
        new=persona.code,
        cause=cause,
        by=by,
        revision=queries.revision().number,
    )
    return [(before.persona_id, persona.pk, 1)]


@transaction.atomic
def lock_contact(*, contact_id: int, by: UUID, locked: bool = True) -> None:
    """Keep a contact's persona from jobs and imports, or give it back to them; it changes by neither (P7).

    Raises UnknownContact.
    """
    kept = ContactPersona.objects.filter(contact=_kept(contact_id).pk)
    on = {"locked": True, "locked_at": Now(), "locked_by": by}
    off = {"locked": False, "assigned_manually": False, "locked_at": None, "locked_by": None}
    kept.update(**(on if locked else off))
    note(verb="lock" if locked else "unlock", of="contact", id=contact_id, by=by)


@transaction.atomic
def change_title(*, contact_id: int, job_title: str, by: UUID | None = None) -> None:
    """Give a contact another job title, its normalised copy and, unless held, its persona (P8).

    Raises UnknownContact, NoRules.
    """
    lock_contacts()
    draft = stored_draft(contact_id)
    if draft is None:
        raise UnknownContact(contact=str(contact_id))
    draft.job_title, draft.is_changed = job_title, draft.job_title != job_title
    write_drafts([draft], Writer(ruleset(), ChangeCause.TITLE, by=by))
    note(verb="change_title", of="contact", id=contact_id, by=by)


def _kept(contact_id: int) -> ContactPersona:
    """Return what is stored of a contact's persona, locked; one never classified is classified first.

    Raises UnknownContact, NoRules.
    """
    # Without a join: while we wait the persona may change, and the joined row would seem not to be there.
    rows = ContactPersona.objects.select_for_update()
    found = rows.filter(contact=contact_id).first()
    if found is None:
        _classify_first(contact_id)
        found = rows.get(contact=contact_id)
    return found


def _classify_first(contact_id: int) -> None:
    lock_contacts()
    draft = stored_draft(contact_id)
    if draft is None:
        raise UnknownContact(contact=str(contact_id))
    draft.is_changed = True
    write_drafts([draft], Writer(ruleset(), ChangeCause.TITLE))
