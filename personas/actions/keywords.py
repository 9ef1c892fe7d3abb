"""Keywords are written, renamed, moved and deleted; an include stands at most once (P9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.actions.rulesets import DefaultPersona, grow_revision, hold_rules, present_persona
from personas.classifier import normalise
from personas.models import Keyword, Persona
from personas.rules import KEYWORD_LENGTH, Effect, KeywordWrite, Match, judge_include
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused


class EmptyKeyword(Refused):
    """Nothing of the keyword is left once normalised (P9)."""

    code = "keyword_empty"
    kind = RefusalKind.INVALID
    message = _("The keyword has no Latin letter or digit.")


class KeywordTooLong(Refused):
    """The keyword is longer than what is stored."""

    code = "keyword_too_long"
    kind = RefusalKind.UNPROCESSABLE
    message = _("The keyword has more than 200 characters.")


class KeywordExists(Refused):
    """The keyword stands already, under a persona of equal or better rank (P9)."""

    code = "keyword_exists"
    message = _("The keyword exists already, under a persona of equal or better rank.")


@dataclass(frozen=True, slots=True)
class WrittenKeyword:
    """A keyword and what became of it: created, or replaced when another one gave way to it (P9).

    `affected` are the texts, old and new, whose titles may have another persona by now: no contact has moved.
    """

    keyword: Keyword
    action: KeywordWrite
    affected: tuple[str, ...] = ()


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
    """Write a new keyword, or rename and move `keyword` (P9). What changes nothing grows no revision.

    Raises EmptyKeyword, KeywordTooLong, KeywordExists naming the persona it stands under, DefaultPersona,
    UnknownPersona, UnknownKeyword.
    """
    hold_rules()
    wanted = _wanted(present_persona(persona), text, match, effect)
    before = queries.keyword(keyword_id=keyword.pk) if keyword else None
    standing = _standing(wanted, apart_from=before)
    action = _judge(standing, wanted)
    if before is not None and _facts(before) == _facts(wanted):
        return WrittenKeyword(before, action)
    written = before or standing or Keyword()
    affected = _texts([one.text for one in (before, standing) if one] + [wanted.text])
    if standing is not None and standing is not written:
        standing.delete()
    for name, value in _facts(wanted).items():
        setattr(written, name, value)
    written.save()
    verb = "rename" if before and action is KeywordWrite.CREATED else str(action)
    note(verb=verb, of="keyword", id=written.pk, by=by, change={"revision": grow_revision()})
    return WrittenKeyword(written, action, affected)


@transaction.atomic
def change_keyword(*, keyword_id: int, changes: Mapping[str, Any], by: UUID | None = None) -> WrittenKeyword:
    """Write only these of save_keyword's arguments of a keyword, as it stands now (P9).

    Raises what save_keyword raises.
    """
    hold_rules()
    present = queries.keyword(keyword_id=keyword_id)
    own = {"match": Match(present.match), "effect": Effect(present.effect)}
    wanted: dict[str, Any] = {"persona": present.persona, "text": present.text} | own | dict(changes)
    return save_keyword(keyword=present, by=by, **wanted)


@transaction.atomic
def delete_keyword(*, keyword: Keyword, by: UUID | None = None) -> tuple[str, ...]:
    """Delete a keyword; contacts keep the persona it won for them until they are classified again (P9).

    Returns the affected texts. Raises UnknownKeyword.
    """
    hold_rules()
    present = queries.keyword(keyword_id=keyword.pk)
    key = present.pk
    present.delete()
    note(verb="delete", of="keyword", id=key, by=by, change={"revision": grow_revision()})
    return (present.text,)


def check_keyword(text: str) -> str:
    """Return the normal form of a keyword's text. Raises EmptyKeyword, KeywordTooLong."""
    if len(text) > KEYWORD_LENGTH:
        raise KeywordTooLong
    normalized = normalise(text)
    if not normalized:
        raise EmptyKeyword
    return normalized


def _wanted(persona: Persona, text: str, match: Match, effect: Effect) -> Keyword:
    """Return the keyword as it shall stand, not stored yet."""
    text = text.strip()
    normalized = check_keyword(text)
    if persona.is_default:
        raise DefaultPersona
    return Keyword(persona=persona, text=text, normalized=normalized, match=match, effect=effect)


def _facts(keyword: Keyword) -> dict[str, object]:
    return {name: getattr(keyword, name) for name in ("persona", "text", "normalized", "match", "effect")}


def _standing(wanted: Keyword, *, apart_from: Keyword | None) -> Keyword | None:
    """Return the keyword that has this text already: an include anywhere, an exclude under its persona."""
    same: QuerySet[Keyword] = Keyword.objects.filter(normalized=wanted.normalized, effect=wanted.effect)
    if wanted.effect == Effect.EXCLUDE:
        same = same.filter(persona=wanted.persona)
    if apart_from is not None:
        same = same.exclude(pk=apart_from.pk)
    return same.select_related("persona").first()


def _judge(standing: Keyword | None, wanted: Keyword) -> KeywordWrite:
    """Say what becomes of a keyword: of its own persona it is refused, excludes too. Raises KeywordExists."""
    there = standing.persona.priority if standing else None
    verdict = judge_include(standing_priority=there, new_priority=wanted.persona.priority)
    if standing is not None and verdict is KeywordWrite.REFUSED:
        words = _("“%(keyword)s” exists already, under “%(persona)s”, of equal or better rank.")
        named = {"keyword": standing.text, "persona": standing.persona.name}
        raise KeywordExists(words % named, persona=standing.persona.code, keyword=standing.text)
    return verdict


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts that say different things, in their order."""
    return tuple({normalise(text): text for text in texts}.values())
