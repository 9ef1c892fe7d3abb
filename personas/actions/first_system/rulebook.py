"""A tenant's personas and keywords as they stand and as an import would have them (F9, P9).

Decided in memory, for rules are few, and written set by set; a dry run decides the same and writes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from personas import queries
from personas.actions import statements as sql
from personas.actions.contact_rows import take_numbers
from personas.actions.first_system.names import PersonaNames, code_of
from personas.actions.rulesets import DefaultPersona, grow_revision
from personas.classifier import KeywordRule, PersonaRule, Ruleset, compile_ruleset
from personas.models import Keyword, Persona
from personas.queries import UnknownPersona
from personas.rules import Effect, KeywordWrite, Match, judge_include
from tenants.records.actions import note
from tenants.rules import RefusalKind, Refused

# Those whose number another one takes are rewritten by the same statement: the constraint looks at its end.
CHANGE_PERSONAS = """
    UPDATE personas_persona p
       SET name = v.name, priority = v.priority, description = v.description
      FROM unnest(%(ids)s::bigint[], %(names)s::text[], %(priorities)s::int[], %(descriptions)s::text[])
           AS v(id, name, priority, description)
     WHERE p.id = v.id
"""
NUMBERS_AT_ONCE = 100


class DefaultUnclear(Refused):
    """No persona says of itself that it is the default, and each has keywords."""

    code = "persona_default_unclear"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Each persona has keywords, so none can be the default. Name one with --default CODE.")


@dataclass(slots=True, eq=False)
class BookPersona:
    """A persona as it would stand."""

    id: int
    code: str
    name: str
    priority: int
    description: str = ""
    is_default: bool = False
    is_new: bool = False
    is_changed: bool = False

    def put(self, **facts: object) -> None:
        """Change what differs."""
        for name, value in facts.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
                self.is_changed = True


@dataclass(slots=True, eq=False)
class BookKeyword:
    """A keyword as it would stand."""

    id: int
    text: str
    normalized: str
    match: Match
    effect: Effect
    persona: BookPersona
    is_touched: bool = False


class Rulebook:
    """All personas and keywords of the tenant, to be changed and then saved, or only asked."""

    def __init__(self, aliases: Mapping[str, str], *, dry_run: bool = False) -> None:
        """Read them. Two queries; the rules must be held when they shall be saved."""
        self._aliases = aliases
        self._numbers = count(-1, -1) if dry_run else _numbers()
        self._revision = queries.revision().number
        self.personas = [BookPersona(*row) for row in Persona.objects.values_list(*_PERSONA).order_by("id")]
        people = {persona.id: persona for persona in self.personas}
        self._default_before = self.default
        self.keywords = {
            key: BookKeyword(key, text, normalized, Match(match), Effect(effect), people[persona])
            for key, text, normalized, match, effect, persona in Keyword.objects.values_list(*_KEYWORD)
        }
        self._includes = {
            keyword.normalized: keyword
            for keyword in self.keywords.values()
            if keyword.effect is Effect.INCLUDE
        }
        self._names: PersonaNames[BookPersona] | None = None

    @property
    def default(self) -> BookPersona | None:
        """The persona of what matches nothing, None while there is none."""
        return next((persona for persona in self.personas if persona.is_default), None)

    def find(self, names: Iterable[str]) -> BookPersona | None:
        """Return the persona of some names, None when none is known."""
        if self._names is None:
            self._names = PersonaNames(self.personas, self._aliases)
        return self._names.find(names)

    def make(self, names: Iterable[str], name: str = "") -> BookPersona | None:
        """Add a persona behind all others, None when its names make no code."""
        code = code_of(names)
        if not code:
            return None
        last = max((persona.priority for persona in self.personas), default=0)
        made = BookPersona(next(self._numbers), code, name or code, last + 1, is_new=True)
        self.personas.append(made)
        self._names = None
        return made

    def rename(self, persona: BookPersona, **facts: str) -> None:
        """Give a persona another name or description; empty ones say nothing."""
        persona.put(**{name: value for name, value in facts.items() if value})
        self._names = None

    def rank(self, wanted: Mapping[BookPersona, int]) -> set[BookPersona]:
        """Give personas their priorities; others make room. Returns those whose number was taken already.

        Of two that want one number the first has it; the second, like who stood there, gets the next free.
        """
        owners: dict[int, BookPersona] = {}
        late = [
            persona for persona, number in wanted.items() if owners.setdefault(number, persona) is not persona
        ]
        staying = [persona for persona in self.personas if persona not in wanted]
        for persona in [*sorted(staying, key=lambda one: one.priority), *late]:
            number = wanted.get(persona, persona.priority)
            while number in owners:
                number += 1
            owners[number] = persona
        for number, persona in owners.items():
            persona.put(priority=number)
        return set(late)

    def choose_default(self, asked: str = "", *, needed: bool = True) -> None:
        """Make the asked persona the default one; without a word, the lowest-ranked one without keywords.

        Nothing happens when there is one already. Raises UnknownPersona, DefaultPersona, DefaultUnclear.
        """
        if asked:
            self._move_default(self._asked(asked, needed=needed))
        elif self.default is None and needed:
            busy = {keyword.persona for keyword in self.keywords.values()}
            idle = [persona for persona in self.personas if persona not in busy]
            if not idle:
                raise DefaultUnclear
            self._move_default(max(idle, key=lambda persona: persona.priority))

    def _asked(self, asked: str, *, needed: bool) -> BookPersona | None:
        found = self.find([asked])
        if found is None and needed:
            raise UnknownPersona(persona=asked)
        if found and any(keyword.persona is found for keyword in self.keywords.values()):
            raise DefaultPersona
        return found

    def _move_default(self, to: BookPersona | None) -> None:
        if to is not None:
            for persona in self.personas:
                persona.put(is_default=persona is to)

    def include(
        self, *, text: str, normalized: str, match: Match, persona: BookPersona, own: int | None
    ) -> tuple[KeywordWrite, BookKeyword]:
        """Write an include by P9; `own` is the keyword that the document became before, now renamed or moved.

        Returns what became of it and the keyword that now has the text: another's, when refused.
        """
        before = self.keywords.get(own) if own is not None else None
        standing = self._includes.get(normalized)
        if standing is before:
            standing = None
        there = standing.persona.priority if standing else None
        verdict = judge_include(standing_priority=there, new_priority=persona.priority)
        if standing is not None and verdict is KeywordWrite.REFUSED:
            return verdict, standing
        written = (
            before or standing or BookKeyword(next(self._numbers), "", "", match, Effect.INCLUDE, persona)
        )
        for gone in (before, standing):
            if gone is not None:
                self._includes.pop(gone.normalized, None)
                self.keywords.pop(gone.id, None)
        written.text, written.normalized, written.match, written.persona = text, normalized, match, persona
        written.is_touched = True
        self._includes[normalized] = self.keywords[written.id] = written
        return verdict, written

    def ruleset(self) -> Ruleset:
        """Return the rules as they would stand, compiled. Raises NotOneDefault."""
        return compile_ruleset(
            [PersonaRule(one.id, one.code, one.name, one.priority, one.is_default) for one in self.personas],
            [
                KeywordRule(one.id, one.text, one.normalized, one.match, one.effect, one.persona.id)
                for one in self.keywords.values()
            ],
            self._revision,
        )

    def save(self, *, by: UUID | None) -> None:
        """Write what differs, with one revision (P6) and one audit entry; nothing when nothing differs."""
        new = [persona for persona in self.personas if persona.is_new]
        changed = [persona for persona in self.personas if persona.is_changed and not persona.is_new]
        written = [keyword for keyword in self.keywords.values() if keyword.is_touched]
        if not (new or changed or written):
            return
        self._save_personas(new, changed)
        self._save_keywords(written)
        change = {"personas": len(new) + len(changed), "keywords": len(written)}
        note(verb="import", of="ruleset", id=grow_revision(), by=by, change=change)

    def _save_personas(self, new: list[BookPersona], changed: list[BookPersona]) -> None:
        if changed:
            sql.rows(
                CHANGE_PERSONAS,
                ids=[persona.id for persona in changed],
                names=[persona.name for persona in changed],
                priorities=[persona.priority for persona in changed],
                descriptions=[persona.description for persona in changed],
            )
        Persona.objects.bulk_create(
            Persona(
                id=persona.id,
                code=persona.code,
                name=persona.name,
                priority=persona.priority,
                description=persona.description,
            )
            for persona in new
        )
        if self.default is not self._default_before and self.default is not None:
            # One after the other: the index looks at each row, not at the statement's end.
            Persona.objects.filter(is_default=True).update(is_default=False)
            Persona.objects.filter(pk=self.default.id).update(is_default=True)

    def _save_keywords(self, written: list[BookKeyword]) -> None:
        # Deleted and written anew under their numbers: texts that change places would meet in an UPDATE.
        gone = [keyword.id for keyword in written]
        replaced = [keyword.normalized for keyword in written]
        Keyword.objects.filter(pk__in=gone).delete()
        Keyword.objects.including().filter(normalized__in=replaced).delete()
        Keyword.objects.bulk_create(
            Keyword(
                id=keyword.id,
                persona_id=keyword.persona.id,
                text=keyword.text,
                normalized=keyword.normalized,
                match=keyword.match,
                effect=keyword.effect,
            )
            for keyword in written
        )


_PERSONA = ("id", "code", "name", "priority", "description", "is_default")
_KEYWORD = ("id", "text", "normalized", "match", "effect", "persona_id")


def _numbers() -> Iterator[int]:
    while True:
        yield from list(take_numbers(NUMBERS_AT_ONCE))
