"""Contacts of the first system: classified by the rules, but for what people decided there (P5, P7, L6)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from personas.actions.contact_rows import Writer, drafts_of, lock_contacts, take_numbers, write_drafts
from personas.actions.first_system import statements
from personas.actions.first_system.documents import Documents, Read
from personas.actions.first_system.meeting import Meeting, Met, Shelf
from personas.actions.first_system.names import PersonaNames, is_code
from personas.actions.first_system.rulebook import Rulebook
from personas.actions.first_system.session import Session
from personas.actions.matching import Draft
from personas.classifier import PersonaRule, Ruleset
from personas.imports.documents import CONTACT_FIELDS, ContactRecord, DocumentReason, names_of, read_contact
from personas.rules import ChangeCause
from tenants.records.rules import Fate, Survey, Taken, fingerprint

# Joins the names of one persona in the survey; no name holds it.
BETWEEN = "\n"
DIFFERENCES_SHOWN = 10
NAMES_SHOWN = 20


class Contacts(Documents[ContactRecord]):
    """People, with the persona they had."""

    name = "contacts"
    found_as = ("unified_contacts", "contacts")
    fields = CONTACT_FIELDS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shelf = Shelf() if session.dry_run else None
        self._unborn = count(-1, -1)
        self._made: list[str] = []
        self._unknown: Counter[str] = Counter()
        self._agreed = 0
        self._moved: Counter[tuple[str, str]] = Counter()

    def names_in(self, fields: Mapping[str, Any]) -> Iterable[str]:
        """Return what the document calls its persona."""
        names = BETWEEN.join(names_of(fields.get("buyer_persona")))
        return [names] if names else []

    def begin(self, survey: Survey) -> None:
        """Make the personas that only contacts name, by their codes, and see that there is a default one.

        Raises DefaultUnclear, UnknownPersona, DefaultPersona.
        """
        with self.session.changing_rules() as book:
            for said, documents in sorted(survey.named.items(), key=lambda item: (-item[1], item[0])):
                self._meet_persona(book, said.split(BETWEEN), documents)
            book.choose_default(self.session.default)

    def _meet_persona(self, book: Rulebook, names: list[str], documents: int) -> None:
        """Make a persona that has a code; a mere name that nobody knows may be a slip, so it is told."""
        if book.find(names) is not None:
            return
        made = None
        if any(map(is_code, names)):
            made = book.make(names, next((name for name in names if not is_code(name)), ""))
        if made is not None:
            self._made.append(made.code)
        else:
            self._unknown[names[0]] += documents

    def read(self, fields: Mapping[str, Any]) -> ContactRecord:
        """Return the person of a document."""
        return read_contact(fields)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Decide alone which contacts exist; a dry run changes nothing, so it waits for nobody."""
        if self.session.dry_run:
            yield
            return
        with transaction.atomic():
            lock_contacts()
            yield

    def decide(self, read: Sequence[Read[ContactRecord]]) -> list[Taken]:
        """Find or make the contact of each document and write them all."""
        chunk = _Chunk(self.session, self.session.rules(), self._meeting(read))
        taken = [chunk.take(one) for one in read]
        if self._shelf is not None:
            self._shelf.keep(chunk.settled_drafts())
        else:
            chunk.write()
        self._agreed += chunk.agreed
        self._moved += chunk.moved
        return taken

    def remarks(self) -> list[str]:
        """Return which personas were made or not known, and how often the rules agree with the documents."""
        made = [_("personas made, named by contacts only: %s") % ", ".join(self._made)] if self._made else []
        said = ", ".join(f"{name} ({times:,})" for name, times in self._unknown.most_common(NAMES_SHOWN))
        unknown = [_("unknown personas: %s") % said] if said else []
        return made + unknown + self._agreement()

    def _fingerprint(self, record: ContactRecord) -> str:
        return fingerprint(repr(record), self.session.keep_personas)

    def _meeting(self, read: Sequence[Read[ContactRecord]]) -> Meeting:
        emails = [email for one in read for email in one.record.emails]
        urls = [one.record.profile_url for one in read if one.record.profile_url]
        stored = drafts_of(emails=emails, urls=urls, ids=[one.target for one in read if one.target])
        if self._shelf is not None:
            return Meeting(self._shelf.found(stored, [*emails, *urls]), numbers=self._unborn)
        return Meeting(stored, numbers=take_numbers(len(read)))

    def _agreement(self) -> list[str]:
        compared = self._agreed + self._moved.total()
        if not compared:
            return []
        share = 100 * self._agreed / compared
        lines = [
            _("by the rules %(agreed)s of %(compared)s (%(share).1f %%) have the persona that they had")
            % {"agreed": f"{self._agreed:,}", "compared": f"{compared:,}", "share": share}
        ]
        return lines + [
            f"  {old} → {new}: {times:,}" for (old, new), times in self._moved.most_common(DIFFERENCES_SHOWN)
        ]


class _Chunk:
    """The contacts of some documents, from the first look to the last statement."""

    def __init__(self, session: Session, rules: Ruleset, meeting: Meeting) -> None:
        self._session, self._rules, self._meeting = session, rules, meeting
        self._names: PersonaNames[PersonaRule] = PersonaNames(rules.personas, session.aliases)
        self._writer = Writer(rules, ChangeCause.IMPORT, by=session.by)
        self._holds: dict[int, ContactRecord] = {}
        self._facts: dict[int, tuple[ContactRecord, PersonaRule | None]] = {}
        self.agreed = 0
        self.moved: Counter[tuple[str, str]] = Counter()

    def take(self, one: Read[ContactRecord]) -> Taken:
        """Settle one document; a later one of the same chunk meets what it made."""
        record = one.record
        persona = self._names.find(record.persona)
        met = self._meeting.meet(record, target=one.target)
        refusal = _refusal(one, met, is_unknown=bool(record.persona) and persona is None)
        if refusal is not None:
            return refusal
        draft = self._meeting.fill(met, record, source=self._session.system)
        notes = [*record.issues, *self._keep(draft, record, persona), *_notes(record, met, persona)]
        self._facts.setdefault(draft.id, (record, persona))
        if persona is not None and not record.is_held:
            self._compare(record, persona)
        fate = Fate.UPDATED if met.draft else Fate.CREATED
        target = str(draft.id) if draft.id > 0 else ""
        return one.settled(fate, target=target, notes=tuple(dict.fromkeys(map(str, notes))))

    def settled_drafts(self) -> Iterable[Draft]:
        """Return the contacts as they would stand, held ones marked."""
        for number in self._holds:
            draft = self._meeting.drafts[number]
            draft.held = True
            draft.persona_id = (draft.kept or self._writer.decide(draft.job_title).persona).id
        return self._meeting.drafts.values()

    def write(self) -> None:
        """Write the contacts, then what only these documents know. At most fourteen statements."""
        write_drafts(self._meeting.drafts.values(), self._writer)
        statements.fill_phones({number: record.phone for number, (record, _p) in self._facts.items()})
        statements.carry_reclassified(self._facts)
        statements.hold(self._holds, by=self._session.holder)

    def _keep(self, draft: Draft, record: ContactRecord, persona: PersonaRule | None) -> list[str]:
        """Let a persona stand that a person gave over there, or all of them when asked for (P7)."""
        if draft.held or draft.id in self._holds:
            stands = draft.kept.id if draft.kept else draft.persona_id
            return [DocumentReason.HELD_HERE] if record.is_held and persona and persona.id != stands else []
        if record.is_held:
            self._holds[draft.id] = record
        if record.is_held or (self._session.keep_personas and persona):
            draft.kept = persona
        if draft.kept is not None and draft.kept.id != draft.persona_id:
            draft.is_changed = True
        return [DocumentReason.HELD_WITHOUT_PERSONA] if record.is_held and persona is None else []

    def _compare(self, record: ContactRecord, persona: PersonaRule) -> None:
        decided = self._writer.decide(record.job_title).persona
        if decided.id == persona.id:
            self.agreed += 1
        else:
            self.moved[persona.code, decided.code] += 1


def _refusal(one: Read[ContactRecord], met: Met, *, is_unknown: bool) -> Taken | None:
    record = one.record
    if record.rejected:
        return one.settled(Fate.ERROR, reason=record.rejected)
    if met.against:
        against = ", ".join(str(number) for number in met.against if number > 0)
        return one.settled(Fate.ERROR, reason=str(DocumentReason.CONFLICT), detail=against)
    if one.target is not None and met.draft is None:
        return one.settled(Fate.SKIPPED, reason=str(DocumentReason.DELETED_HERE))
    if record.is_held and is_unknown:
        # Taken without it, what a person decided would be lost.
        return one.settled(
            Fate.ERROR, reason=str(DocumentReason.UNKNOWN_PERSONA), detail=record.persona[0][:100]
        )
    return None


def _notes(record: ContactRecord, met: Met, persona: PersonaRule | None) -> Iterator[str]:
    if met.draft is not None and not met.by_id:
        yield DocumentReason.MERGED
    if met.by_id and met.draft and record.profile_url and met.draft.linkedin_url != record.profile_url:
        yield DocumentReason.URL_DIFFERS
    if record.persona and persona is None:
        yield DocumentReason.UNKNOWN_PERSONA
