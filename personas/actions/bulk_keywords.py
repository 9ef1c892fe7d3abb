"""Thousands of keywords come in one text and are written by two statements and one revision (P9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from personas.actions import statements as sql
from personas.actions.keywords import EmptyKeyword, KeywordTooLong, check_keyword
from personas.actions.rulesets import DefaultPersona, grow_revision, hold_rules, present_persona
from personas.models import Keyword, Persona
from personas.rules import Effect, KeywordWrite, Match, judge_include, split_keywords
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

# More than any team writes; the rules of every process are held in memory.
MOST_KEYWORDS = 10_000
REFUSED_SHOWN = 100

INSERT = """
    INSERT INTO personas_keyword (persona_id, text, normalized, match, effect)
    SELECT %(persona)s, text, normalized, %(match)s, %(effect)s
      FROM unnest(%(texts)s::text[], %(normalized)s::text[]) AS v(text, normalized)
"""
MOVE = """
    UPDATE personas_keyword k SET persona_id = %(persona)s, text = v.text, match = %(match)s
      FROM unnest(%(ids)s::bigint[], %(texts)s::text[]) AS v(id, text)
     WHERE k.id = v.id
"""


class NothingUsable(Refused):
    """No keyword of the text says anything (P9)."""

    code = "keywords_nothing_usable"
    kind = RefusalKind.INVALID
    message = _("The text holds no usable keyword. Separate keywords by comma, semicolon or new line.")


class TooManyKeywords(Refused):
    """The text holds more keywords than one call writes."""

    code = "keywords_too_many"
    kind = RefusalKind.UNPROCESSABLE
    message = _("At most 10,000 keywords are written in one call.")


@dataclass(frozen=True, slots=True)
class RefusedText:
    """A text that was not written: `code` is that of a refusal, or "repeated"; `persona` has it already."""

    text: str
    code: str
    persona: str = ""


@dataclass(frozen=True, slots=True)
class BulkKeywords:
    """What became of each text (P9): the four add up to `total_input`; `refused` shows the first hundred."""

    created: int
    skipped: int
    replaced: int
    invalid: int
    total_input: int
    affected: tuple[str, ...] = ()
    refused: tuple[RefusedText, ...] = ()


@transaction.atomic
def save_keywords(
    *,
    persona: Persona,
    text: str,
    match: Match = Match.EXACT,
    effect: Effect = Effect.INCLUDE,
    by: UUID | None = None,
) -> BulkKeywords:
    """Write the keywords of a text, separated by comma, semicolon or newline (P9).

    Raises NothingUsable, TooManyKeywords, DefaultPersona, UnknownPersona.
    """
    hold_rules()
    persona = present_persona(persona)
    if persona.is_default:
        raise DefaultPersona
    batch = _Batch(text)
    standing = _standing(batch.usable, persona, effect)
    moved = [one for one in standing if _gives_way(one, persona)]
    batch.skip(one for one in standing if not _gives_way(one, persona))
    created = batch.usable.keys() - {one.normalized for one in standing}
    if created or moved:
        target = {"persona": persona.pk, "match": match}
        new = {normalized: one for normalized, one in batch.usable.items() if normalized in created}
        sql.rows(INSERT, texts=list(new.values()), normalized=list(new), effect=effect, **target)
        ids, texts = [one.pk for one in moved], [batch.usable[one.normalized] for one in moved]
        sql.rows(MOVE, ids=ids, texts=texts, **target)
        change = {"revision": grow_revision(), "created": len(created), "replaced": len(moved)}
        note(verb="write_keywords", of="persona", id=persona.pk, by=by, change=change)
    return batch.result(created, moved)


class _Batch:
    """The texts of one call: `usable` by normal form, and why the others are not written."""

    def __init__(self, text: str) -> None:
        self.usable: dict[str, str] = {}
        self.invalid = self.skipped = 0
        self.refused: list[RefusedText] = []
        texts = split_keywords(text)
        if len(texts) > MOST_KEYWORDS:
            raise TooManyKeywords
        self.total = len(texts)
        for one in texts:
            self._take(one)
        if not self.usable:
            raise NothingUsable

    def _take(self, text: str) -> None:
        try:
            normalized = check_keyword(text)
        except (EmptyKeyword, KeywordTooLong) as refusal:
            self.invalid += 1
            self.refused.append(RefusedText(text, refusal.code))
            return
        if normalized in self.usable:
            self.skipped += 1
            self.refused.append(RefusedText(text, "repeated"))
        else:
            self.usable[normalized] = text

    def skip(self, standing: Iterable[Keyword]) -> None:
        """Leave out what stands under a persona of equal or better rank."""
        for one in standing:
            self.skipped += 1
            text = self.usable[one.normalized]
            self.refused.append(RefusedText(text, "keyword_exists", one.persona.code))

    def result(self, created: set[str], moved: list[Keyword]) -> BulkKeywords:
        """Return the counts, and old and new texts of what was written."""
        changed = created | {one.normalized for one in moved}
        return BulkKeywords(
            created=len(created),
            skipped=self.skipped,
            replaced=len(moved),
            invalid=self.invalid,
            total_input=self.total,
            affected=tuple(text for normalized, text in self.usable.items() if normalized in changed),
            refused=tuple(self.refused[:REFUSED_SHOWN]),
        )


def _standing(usable: dict[str, str], persona: Persona, effect: Effect) -> list[Keyword]:
    same = Keyword.objects.filter(normalized__in=list(usable), effect=effect).select_related("persona")
    return list(same if effect is Effect.INCLUDE else same.filter(persona=persona))


def _gives_way(standing: Keyword, persona: Persona) -> bool:
    verdict = judge_include(standing_priority=standing.persona.priority, new_priority=persona.priority)
    return verdict is KeywordWrite.REPLACED
