"""Personas change here, each change together with the revision that tells every process of it (P6)."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.actions.contact_rows import lock_contacts
from personas.models import ContactPersona, Keyword, Persona
from personas.queries import UnknownPersona
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

# Both lock the row until the change commits, so that changes of rules queue up and each sees the one before.
HOLD = """
    INSERT INTO personas_rulesetrevision AS r (id, number) VALUES (1, 0)
    ON CONFLICT (id) DO UPDATE SET number = r.number
"""
GROW = """
    INSERT INTO personas_rulesetrevision AS r (id, number) VALUES (1, 1)
    ON CONFLICT (id) DO UPDATE SET number = r.number + 1, stamp = gen_random_uuid(), changed_at = now()
    RETURNING number
"""


class DefaultPersona(Refused):
    """The default persona has no keywords and cannot go."""

    code = "persona_is_default"
    kind = RefusalKind.INVALID
    message = _(
        "The default persona takes what no keyword matches: it has no keywords and cannot be deleted."
    )


class DefaultNeeded(Refused):
    """The only default persona cannot stop being it."""

    code = "persona_default_needed"
    message = _("What no keyword matches needs a default persona: this one has to stay it.")


class PersonaHeld(Refused):
    """Contacts have this persona."""

    code = "persona_held"
    message = _("Contacts have this persona. Give them another one first.")


class PersonaExists(Refused):
    """Another persona has this code, this priority, or is the default already."""

    code = "persona_exists"
    message = _("Another persona has this code or this priority, or is the default already.")


def hold_rules() -> None:
    """Let one transaction at a time change the rules, until it ends: what it reads now stands (P9)."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD)


def grow_revision() -> int:
    """Give the rules a new number in the caller's transaction; other writers wait until it ends (P6)."""
    with connection.cursor() as cursor:
        cursor.execute(GROW)
        return int(cursor.fetchone()[0])


@transaction.atomic
def save_persona(*, persona: Persona, by: UUID | None = None) -> Persona:
    """Write a new or changed persona.

    Raises PersonaExists, DefaultPersona when it has keywords, DefaultNeeded when no default would be left.
    """
    number = grow_revision()
    taken = _taken(persona)
    if taken:
        raise PersonaExists(taken=taken)
    if persona.is_default and Keyword.objects.filter(persona=persona.pk).exists():
        raise DefaultPersona
    if not persona.is_default and Persona.objects.filter(pk=persona.pk, is_default=True).exists():
        raise DefaultNeeded
    persona.save()
    note(verb="save", of="persona", id=persona.pk, by=by, change={"revision": number})
    return persona


@transaction.atomic
def change_persona(*, code: str, changes: Mapping[str, object], by: UUID | None = None) -> Persona:
    """Write only these fields of a persona, as it stands now, and return it; without a change, nothing.

    Raises UnknownPersona and what save_persona raises.
    """
    hold_rules()
    found = queries.persona(code=code)
    before = {name: getattr(found, name) for name in changes}
    if before == dict(changes):
        return found
    for name, value in changes.items():
        setattr(found, name, value)
    return save_persona(persona=found, by=by)


@transaction.atomic
def delete_persona(*, persona: Persona, by: UUID | None = None) -> None:
    """Delete a persona with its keywords. Raises UnknownPersona, DefaultPersona, PersonaHeld."""
    number, key = grow_revision(), persona.pk
    # Writers of contacts lock titles and days of this persona too, in other orders.
    lock_contacts()
    present = present_persona(persona)
    if present.is_default:
        raise DefaultPersona
    if ContactPersona.objects.filter(persona=present).exists():
        raise PersonaHeld(persona=present.code)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            present.delete()
            # Keys are checked at commit otherwise, where nobody could name the refusal.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except (ProtectedError, IntegrityError) as error:
        # A contact got it between the question and the deletion.
        raise PersonaHeld(persona=present.code) from error
    note(verb="delete", of="persona", id=key, by=by, change={"revision": number})


def present_persona(persona: Persona) -> Persona:
    """Return a persona as it stands once the rules are held. Raises UnknownPersona."""
    found = Persona.objects.filter(pk=persona.pk).first()
    if found is None:
        raise UnknownPersona(persona=persona.code)
    return found


def _taken(persona: Persona) -> list[str]:
    """Name the fields whose value another persona has."""
    names = ["code", "priority", *(["is_default"] if persona.is_default else [])]
    twins = Persona.objects.exclude(pk=persona.pk)
    return [name for name in names if twins.filter(**{name: getattr(persona, name)}).exists()]
