"""Rules change here, each change together with the revision that tells every process of it (P6, P9)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _

from personas.classifier import normalise
from personas.models import ContactPersona, Keyword, Persona
from personas.rules import Effect, KeywordWrite, Match, judge_include
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

# The row is locked until the change commits, so that changes of rules queue up and each sees the one before.
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


class PersonaHeld(Refused):
    """Contacts have this persona."""

    code = "persona_held"
    message = _("Contacts have this persona. Give them another one first.")


class PersonaExists(Refused):
    """Another persona has this code, this priority, or is the default already."""

    code = "persona_exists"
    message = _("Another persona has this code or this priority, or is the default already.")


class EmptyKeyword(Refused):
    """Nothing of the keyword is left once normalised (P9)."""

    code = "keyword_empty"
    kind = RefusalKind.INVALID
    message = _("The keyword has no Latin letter or digit.")


class KeywordExists(Refused):
    """The keyword stands already, under a persona of equal or better rank (P9)."""

    code = "keyword_exists"
    message = _("The keyword exists already, under a persona of equal or better rank.")


@dataclass(frozen=True, slots=True)
class WrittenKeyword:
    """A keyword and what became of it: created, or replaced when it moved here (P9)."""

    keyword: Keyword
    action: KeywordWrite


def grow_revision() -> int:
    """Give the rules a new number in the caller's transaction; other writers wait until it ends (P6)."""
    with connection.cursor() as cursor:
        cursor.execute(GROW)
        return int(cursor.fetchone()[0])


@transaction.atomic
def save_persona(*, persona: Persona, by: UUID | None = None) -> Persona:
    """Write a new or changed persona. Raises PersonaExists, DefaultPersona when it has keywords."""
    number = grow_revision()
    twins = Persona.objects.exclude(pk=persona.pk)
    clash = twins.filter(code=persona.code) | twins.filter(priority=persona.priority)
    if persona.is_default:
        clash |= twins.filter(is_default=True)
    if clash.exists():
        raise PersonaExists
    if persona.is_default and Keyword.objects.filter(persona=persona.pk).exists():
        raise DefaultPersona
    persona.save()
    note(verb="save", of="persona", id=persona.pk, by=by, change={"revision": number})
    return persona


@transaction.atomic
def delete_persona(*, persona: Persona, by: UUID | None = None) -> None:
    """Delete a persona with its keywords. Raises DefaultPersona, PersonaHeld."""
    number, key = grow_revision(), persona.pk
    if persona.is_default:
        raise DefaultPersona
    if ContactPersona.objects.filter(persona=persona).exists():
        raise PersonaHeld(persona=persona.code)
    try:
        persona.delete()
    except ProtectedError as error:
        # A contact got it between the question and the deletion.
        raise PersonaHeld(persona=persona.code) from error
    note(verb="delete", of="persona", id=key, by=by, change={"revision": number})


@transaction.atomic
def save_keyword(
    *,
    persona: Persona,
    text: str,
    match: Match = Match.EXACT,
    effect: Effect = Effect.INCLUDE,
    keyword: Keyword | None = None,
    by: UUID | None = None,
) -> WrittenKeyword:
    """Write a new keyword, or rename and move `keyword` (P9).

    Raises EmptyKeyword, KeywordExists naming the persona it stands under, DefaultPersona.
    """
    number, text = grow_revision(), text.strip()
    normalized = normalise(text)
    if not normalized:
        raise EmptyKeyword
    if persona.is_default:
        raise DefaultPersona
    written = keyword or Keyword()
    standing = _standing(normalized, effect, persona).exclude(pk=written.pk).select_related("persona").first()
    action = _judge(standing, effect, persona)
    if standing is not None and keyword is None:
        written = standing
    elif standing is not None:
        standing.delete()
    written.persona, written.text, written.normalized = persona, text, normalized
    written.match, written.effect = match, effect
    written.save()
    note(verb=str(action), of="keyword", id=written.pk, by=by, change={"revision": number})
    return WrittenKeyword(written, action)


@transaction.atomic
def delete_keyword(*, keyword: Keyword, by: UUID | None = None) -> None:
    """Delete a keyword; contacts keep the persona it won for them until they are classified again (P9)."""
    number, key = grow_revision(), keyword.pk
    keyword.delete()
    note(verb="delete", of="keyword", id=key, by=by, change={"revision": number})


def _standing(normalized: str, effect: Effect, persona: Persona) -> QuerySet[Keyword]:
    same = Keyword.objects.filter(normalized=normalized, effect=effect)
    return same if effect is Effect.INCLUDE else same.filter(persona=persona)


def _judge(standing: Keyword | None, effect: Effect, persona: Persona) -> KeywordWrite:
    if standing is None:
        return KeywordWrite.CREATED
    better = standing.persona.priority if effect is Effect.INCLUDE else persona.priority
    if judge_include(standing_priority=better, new_priority=persona.priority) is KeywordWrite.REFUSED:
        raise KeywordExists(persona=standing.persona.code, keyword=standing.text)
    return KeywordWrite.REPLACED
