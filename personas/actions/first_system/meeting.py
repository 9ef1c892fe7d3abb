"""L6 for documents: the contacts of one chunk, by the document they came from, by e-mails, by address."""

import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from personas.actions.matching import Draft
from personas.imports import ImportRow
from personas.imports.documents import ContactRecord


@dataclass(frozen=True, slots=True)
class Met:
    """The contact of a document: one that stands, a new one, or several that cannot all be it."""

    draft: Draft | None = None
    is_new: bool = False
    # Known by the document's id, so that an address that changed is no doubt about who it is.
    by_id: bool = False
    against: tuple[int, ...] = ()


class Meeting:
    """The contacts that documents of one chunk may be, and become."""

    def __init__(self, stored: Iterable[Draft], *, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self.drafts: dict[int, Draft] = {}
        self._by_email: dict[str, Draft] = {}
        self._by_url: dict[str, Draft] = {}
        for draft in stored:
            self._enter(draft)

    def meet(self, record: ContactRecord, *, target: int | None) -> Met:
        """Return whose document it is; `target` is the contact that it became before."""
        known = self.drafts.get(target) if target is not None else None
        others = [self._by_email.get(email) for email in record.emails] + [
            self._by_url.get(record.profile_url)
        ]
        hits = {draft.id: draft for draft in (known, *others) if draft is not None}
        if len(hits) > 1 or (known is None and any(_differs(draft, record) for draft in hits.values())):
            return Met(against=tuple(hits))
        found = next(iter(hits.values()), None)
        return Met(found, by_id=known is not None)

    def fill(self, met: Met, record: ContactRecord, *, source: str) -> Draft:
        """Take what a document says into its contact, a new one if it is nobody's (L6)."""
        draft = met.draft or Draft(next(self._numbers), is_new=True, source=record.source or source)
        draft.take(
            ImportRow(
                line=0,
                cells=(),
                first_name=record.first_name,
                last_name=record.last_name,
                job_title=record.job_title,
                profile_url=record.profile_url,
                connected_on=record.connected_on,
            )
        )
        for email in record.emails:
            draft.add_email(email)
        for company in record.companies:
            draft.add_company(company)
        self._enter(draft)
        return draft

    def _enter(self, draft: Draft) -> None:
        self.drafts[draft.id] = draft
        self._by_email |= dict.fromkeys(draft.emails, draft)
        if draft.linkedin_url:
            self._by_url[draft.linkedin_url] = draft


class Shelf:
    """Contacts that a dry run would have written, on disk, so that a later document meets them.

    Keys, persona and lock are enough; names and titles are not kept.
    """

    def __init__(self) -> None:
        # No name: a file of this process alone, gone with it, that memory need not hold.
        self._rows = sqlite3.connect("")
        # Python 3.13 complains of a connection that is only forgotten.
        weakref.finalize(self, self._rows.close)
        self._rows.execute("CREATE TABLE draft (id INTEGER PRIMARY KEY, facts TEXT)")
        self._rows.execute("CREATE TABLE key (key TEXT PRIMARY KEY, draft INTEGER)")

    def keep(self, drafts: Iterable[Draft]) -> None:
        """Put contacts away as they would stand."""
        touched = [draft for draft in drafts if draft.is_touched]
        facts = [
            (draft.id, json.dumps([draft.emails, draft.linkedin_url, draft.held, draft.persona_id]))
            for draft in touched
        ]
        keys = [(key, draft.id) for draft in touched for key in (*draft.emails, draft.linkedin_url) if key]
        self._rows.executemany("REPLACE INTO draft VALUES (?, ?)", facts)
        self._rows.executemany("REPLACE INTO key VALUES (?, ?)", keys)

    def found(self, stored: Iterable[Draft], keys: Iterable[str]) -> list[Draft]:
        """Return the stored contacts as they would stand, and those that would be there by now."""
        drafts = {draft.id: draft for draft in stored}
        for key in keys:
            for number, facts in self._rows.execute(
                "SELECT id, facts FROM key JOIN draft ON draft.id = key.draft WHERE key = ?", [key]
            ):
                draft = drafts.setdefault(number, Draft(number))
                draft.emails, draft.linkedin_url, draft.held, draft.persona_id = json.loads(facts)
        return list(drafts.values())


def _differs(draft: Draft, record: ContactRecord) -> bool:
    """Say whether the contact has another profile address than the document."""
    return bool(draft.linkedin_url and record.profile_url) and draft.linkedin_url != record.profile_url
