"""What all collections share: read, compare with what was seen before, decide, remember (F9)."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext_noop as _

from personas.actions.first_system.session import Session
from personas.imports.documents import WORDS, DocumentReason
from tenants.records import queries as seen
from tenants.records.actions import remember_documents
from tenants.records.models import SourceRecord
from tenants.records.rules import Fate, SourceDocument, Survey, Taken, fingerprint

_Record = TypeVar("_Record")
REPEATED = "repeated_id"


@dataclass(frozen=True, slots=True)
class Read(Generic[_Record]):
    """A document as it was understood; `before` is what it became in an earlier run."""

    id: str
    record: _Record
    fingerprint: str
    before: SourceRecord | None = None

    @property
    def is_known(self) -> bool:
        """Say whether it became what it says already."""
        before = self.before
        return before is not None and not before.refusal and before.fingerprint == self.fingerprint

    @property
    def target(self) -> int | None:
        """The row that it became, None if it never did."""
        return int(self.before.target) if self.before and self.before.target.isdecimal() else None

    def settled(self, fate: Fate, **facts: Any) -> Taken:
        """Return what became of it."""
        return Taken(self.id, fate, **facts)


class Documents(Generic[_Record]):
    """The documents of one collection; a subclass says what they mean."""

    name = ""
    found_as: Sequence[str] = ()
    fields: Mapping[str, str] = {}
    # Other writers of contacts wait for a commit: short ones, then.
    chunk = 500
    words: Mapping[str, str] = {**WORDS, REPEATED: _("the id stood in the same part of the file before")}

    def __init__(self, session: Session) -> None:
        self.session = session

    def names_in(self, fields: Mapping[str, Any]) -> Iterable[str]:
        """Return nothing: most collections need no survey of their values."""
        return ()

    def begin(self, survey: Survey) -> None:
        """Prepare nothing."""

    def remarks(self) -> list[str]:
        """Return nothing to say."""
        return []

    def take(self, documents: Sequence[SourceDocument]) -> list[Taken]:
        """Take some documents in one transaction and say what became of each, in their order."""
        records = [(document, self.read(document.fields)) for document in documents]
        with self.alone():
            return self._settle(records)

    def read(self, fields: Mapping[str, Any]) -> _Record:
        """Return what a document says."""
        raise NotImplementedError

    def alone(self) -> AbstractContextManager[object]:
        """Open a transaction in which nobody else decides about the same rows."""
        raise NotImplementedError

    def decide(self, read: Sequence[Read[_Record]]) -> list[Taken]:
        """Write documents that bring news and say what became of each."""
        raise NotImplementedError

    def _settle(self, records: list[tuple[SourceDocument, _Record]]) -> list[Taken]:
        key = {"system": self.session.system, "collection": self.name}
        known = seen.known_documents(**key, ids=[document.id for document, _record in records])
        read: dict[str, Read[_Record]] = {}
        early: list[Taken | None] = []
        met: set[str] = set()
        for document, record in records:
            one = Read(document.id, record, self._fingerprint(record), known.get(document.id))
            early.append(_before_deciding(one, is_repeated=one.id in met))
            met.add(one.id)
            if early[-1] is None:
                read[one.id] = one
        decided = self.decide(list(read.values())) if read else []
        if not self.session.dry_run:
            remember_documents(**key, records=[_remembered(read[one.id], one) for one in decided])
        following = iter(decided)
        return [one or next(following) for one in early]

    def _fingerprint(self, record: _Record) -> str:
        return fingerprint(repr(record))


def _before_deciding(one: Read[Any], *, is_repeated: bool) -> Taken | None:
    """Return what becomes of a document that needs no decision."""
    if not one.id:
        return one.settled(Fate.ERROR, reason=str(DocumentReason.WITHOUT_ID))
    if is_repeated:
        return one.settled(Fate.SKIPPED, reason=REPEATED)
    if one.is_known:
        return one.settled(Fate.UNCHANGED, target=one.before.target if one.before else "")
    return None


def _remembered(read: Read[Any], taken: Taken) -> SourceRecord:
    """Return the row to keep; a refused document keeps the row that it became before."""
    before = read.before.target if read.before else ""
    is_refused = taken.fate in (Fate.ERROR, Fate.SKIPPED)
    return SourceRecord(
        source_id=read.id,
        target=before if is_refused else taken.target,
        fingerprint=read.fingerprint,
        refusal=taken.reason if is_refused else "",
    )
