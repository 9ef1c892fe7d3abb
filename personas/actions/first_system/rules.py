"""Priorities and keywords of the first system become personas and keywords (P9)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from personas.actions.first_system.documents import Documents, Read
from personas.actions.first_system.rulebook import BookPersona, Rulebook
from personas.actions.first_system.session import Session
from personas.actions.keywords import EmptyKeyword, KeywordTooLong, check_keyword
from personas.imports.documents import (
    KEYWORD_FIELDS,
    PRIORITY_FIELDS,
    DocumentReason,
    KeywordRecord,
    PriorityRecord,
    read_keyword,
    read_priority,
)
from personas.rules import KeywordWrite
from tenants.records.rules import Fate, Survey, Taken, fingerprint

# Ranks are decided among all at once; nobody has more personas than this.
ALL_PERSONAS = 5_000
KEYWORDS_A_COMMIT = 2_000


class _Rules:
    """Rules are changed in a transaction that holds them; `book` is theirs while it is open."""

    session: Session
    book: Rulebook

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the rules, and save them at the end."""
        with self.session.changing_rules() as self.book:
            yield

    def begin(self, survey: Survey) -> None:
        """Make the default persona that was asked for, if it is there already: it takes no keywords."""
        if self.session.default:
            with self.alone():
                self.book.choose_default(self.session.default, needed=False)


class Priorities(_Rules, Documents[PriorityRecord]):
    """Personas with their ranks."""

    name = "priorities"
    found_as = ("priorities", "persona_priorities", "buyer_persona_priorities")
    fields = PRIORITY_FIELDS
    chunk = ALL_PERSONAS

    def read(self, fields: Mapping[str, Any]) -> PriorityRecord:
        """Return the persona that a document ranks."""
        return read_priority(fields)

    def decide(self, read: Sequence[Read[PriorityRecord]]) -> list[Taken]:
        """Find or make each persona, then rank them all."""
        met = [(one, *self._meet(one.record)) for one in read]
        before = {persona: (persona.name, persona.priority) for _one, persona, _fate in met if persona}
        wanted: dict[BookPersona, int] = {}
        for one, persona, _fate in met:
            if persona is not None and one.record.priority is not None:
                wanted.setdefault(persona, one.record.priority)
        late = self.book.rank(wanted) if wanted else set()
        self._flag_default(met)
        return [self._told(one, persona, fate, before, late) for one, persona, fate in met]

    def _meet(self, record: PriorityRecord) -> tuple[BookPersona | None, Fate]:
        if record.rejected:
            return None, Fate.ERROR
        found = self.book.find(record.names)
        if found is None:
            return self.book.make(record.names, record.name), Fate.CREATED
        return found, Fate.UNCHANGED

    def _flag_default(self, met: list[tuple[Read[PriorityRecord], BookPersona | None, Fate]]) -> None:
        """Follow what was asked for, else a document's flag where the tenant has no default persona yet."""
        if self.session.default:
            self.book.choose_default(self.session.default, needed=False)
        flagged = [persona for one, persona, _fate in met if persona and one.record.is_default]
        if self.book.default is None and flagged:
            self.book.choose_default(flagged[0].code, needed=False)

    def _told(
        self,
        one: Read[PriorityRecord],
        persona: BookPersona | None,
        fate: Fate,
        before: dict[BookPersona, tuple[str, int]],
        late: set[BookPersona],
    ) -> Taken:
        record = one.record
        if persona is None:
            reason = record.rejected or str(DocumentReason.PERSONA_UNUSABLE)
            return one.settled(Fate.ERROR, reason=reason, detail=", ".join(record.names)[:100])
        self.book.rename(persona, name=record.name, description=record.description)
        if fate is Fate.UNCHANGED and (persona.name, persona.priority) != before[persona]:
            fate = Fate.UPDATED
        notes = [DocumentReason.PRIORITY_MISSING] if record.priority is None else []
        notes += [DocumentReason.PRIORITY_TAKEN] if persona in late else []
        return one.settled(fate, target=_id(persona.id), notes=tuple(map(str, notes)))


class Keywords(_Rules, Documents[KeywordRecord]):
    """Includes, each of its persona."""

    name = "keywords"
    found_as = ("keywords", "persona_keywords", "buyer_persona_keywords")
    fields = KEYWORD_FIELDS
    chunk = KEYWORDS_A_COMMIT

    def read(self, fields: Mapping[str, Any]) -> KeywordRecord:
        """Return the keywords of a document."""
        return read_keyword(fields)

    def _fingerprint(self, record: KeywordRecord) -> str:
        # Asked for with another match, every keyword is another one.
        return fingerprint(repr(record), self.session.match)

    def decide(self, read: Sequence[Read[KeywordRecord]]) -> list[Taken]:
        """Write each keyword by P9, in the order of the documents."""
        return [self._decide(one) for one in read]

    def _decide(self, one: Read[KeywordRecord]) -> Taken:
        record, notes = one.record, []
        if record.rejected:
            return one.settled(Fate.ERROR, reason=record.rejected)
        persona = self.book.find(record.names)
        if persona is None:
            persona = self.book.make(record.names, record.name)
            notes.append(str(DocumentReason.PERSONA_MADE))
        if persona is None:
            reason = str(DocumentReason.PERSONA_UNUSABLE)
            return one.settled(Fate.ERROR, reason=reason, detail=", ".join(record.names)[:100])
        if persona.is_default:
            return one.settled(
                Fate.SKIPPED, reason=str(DocumentReason.PERSONA_IS_DEFAULT), detail=persona.code
            )
        written = [self._write(one, text, persona, own=one.target if place == 0 else None)
                   for place, text in enumerate(record.texts)]  # fmt: skip
        best = min(written, key=lambda taken: list(Fate).index(taken.fate))
        return one.settled(
            best.fate,
            target=best.target,
            reason=best.reason,
            detail=best.detail,
            notes=(*notes, *best.notes),
        )

    def _write(self, one: Read[KeywordRecord], text: str, persona: BookPersona, *, own: int | None) -> Taken:
        try:
            normalized = check_keyword(text)
        except (EmptyKeyword, KeywordTooLong) as refusal:
            return one.settled(Fate.ERROR, reason=refusal.code, detail=text[:100])
        verdict, keyword = self.book.include(
            text=text, normalized=normalized, match=self.session.match, persona=persona, own=own
        )
        if verdict is KeywordWrite.REFUSED:
            reason = str(DocumentReason.KEYWORD_EXISTS)
            return one.settled(Fate.SKIPPED, reason=reason, detail=f"{text} → {keyword.persona.code}"[:200])
        is_moved = verdict is KeywordWrite.REPLACED
        fate = Fate.UPDATED if is_moved or own is not None else Fate.CREATED
        notes = (str(DocumentReason.KEYWORD_MOVED),) if is_moved else ()
        return one.settled(fate, target=_id(keyword.id), notes=notes)


def _id(number: int) -> str:
    """Write an id; a dry run's have none yet."""
    return str(number) if number > 0 else ""
