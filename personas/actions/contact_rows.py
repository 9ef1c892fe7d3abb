"""Contacts are written here, a chunk at a time and set by set; no statement is sent per row."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from personas.actions import statements as sql
from personas.actions.matching import Draft
from personas.actions.persona_days import count_moves
from personas.classifier import KeywordRule, PersonaRule, Ruleset, normalise
from personas.imports import ImportRow
from personas.models import (
    Contact,
    ContactCompany,
    ContactEmail,
    ContactPersona,
    PersonaChange,
)
from personas.rules import ChangeCause, company_key


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say of a draft's title."""

    normalized: str
    persona: PersonaRule
    keyword: KeywordRule | None

    @property
    def keyword_text(self) -> str:
        """The winning keyword's text, empty when nothing matched."""
        return self.keyword.text if self.keyword else ""


@dataclass(frozen=True, slots=True)
class Writer:
    """By which rules, on whose behalf and why contacts are written."""

    rules: Ruleset
    cause: ChangeCause
    job: UUID | None = None
    by: UUID | None = None

    def decide(self, job_title: str) -> Decision:
        """Classify a title (P5)."""
        normalized = normalise(job_title)
        keyword = self.rules.winner(normalized)
        return Decision(normalized, self.rules.persona_of(keyword), keyword)


def lock_contacts() -> None:
    """Let one transaction at a time decide which contacts exist, until it ends."""
    sql.rows(sql.LOCK)


def take_numbers(count: int) -> Iterator[int]:
    """Return `count` new ids. One query."""
    return (number for (number,) in sql.rows(sql.NUMBERS, count=count))


def stored_drafts(file_rows: Iterable[ImportRow], *, ids: Iterable[int] = ()) -> list[Draft]:
    """Return these contacts and those that rows may be about, by e-mail or profile address. One query."""
    named = [row for row in file_rows if not row.rejected]
    return drafts_of(
        emails=[row.email for row in named if row.email],
        urls=[row.profile_url for row in named if row.profile_url],
        ids=ids,
    )


def drafts_of(*, emails: list[str], urls: list[str], ids: Iterable[int] = ()) -> list[Draft]:
    """Return the stored contacts that have one of these e-mails, addresses or ids. One query."""
    return [_draft(*row) for row in sql.rows(sql.STORED, emails=emails, urls=urls, ids=list(ids))]


def stored_draft(contact_id: int) -> Draft | None:
    """Return one stored contact, None when there is none. One query."""
    return next(iter(drafts_of(emails=[], urls=[], ids=[contact_id])), None)


def write_drafts(drafts: Iterable[Draft], writer: Writer) -> None:
    """Write new and changed contacts, their titles, e-mails, companies and personas (L6, L7).

    At most eleven statements, whatever the number of drafts; unchanged contacts stay untouched.
    """
    touched = {draft.id: draft for draft in drafts if draft.is_touched}
    if not touched:
        return
    decisions = {number: writer.decide(draft.job_title) for number, draft in touched.items()}
    titles = _write_titles(touched, decisions, writer)
    _insert_contacts(touched, decisions, titles)
    _update_contacts(touched, decisions, titles)
    _write_emails(touched)
    _write_companies(touched)
    _write_personas(touched, _with_kept(touched, decisions), titles, writer)


def _with_kept(touched: dict[int, Draft], decisions: dict[int, Decision]) -> dict[int, Decision]:
    """Let the personas stand that another system gave; where the rules agree, their reason stays."""
    others = {
        number: Decision(decisions[number].normalized, draft.kept, None)
        for number, draft in touched.items()
        if draft.kept is not None and draft.kept.id != decisions[number].persona.id
    }
    return decisions | others


def _write_titles(
    touched: dict[int, Draft], decisions: dict[int, Decision], writer: Writer
) -> dict[str, int]:
    """Enter titles in the dictionary with their counts; return their ids."""
    gained: Counter[str] = Counter({decision.normalized: 0 for decision in decisions.values()})
    stored = dict(
        sql.rows(
            "SELECT id, normalized FROM personas_jobtitle WHERE id = ANY(%(ids)s)",
            ids=[draft.title_id for draft in touched.values() if draft.title_id],
        )
    )
    left = []
    for number, draft in touched.items():
        normalized = decisions[number].normalized
        if stored.get(draft.title_id) == normalized:
            continue
        gained[normalized] += 1
        left += [draft.title_id] if draft.title_id else []
    by_title = {decision.normalized: decision for decision in decisions.values()}
    ordered = sorted(by_title)
    found = sql.rows(
        sql.TITLES,
        normalized=ordered,
        contacts=[gained[title] for title in ordered],
        personas=[by_title[title].persona.id for title in ordered],
        keywords=[by_title[title].keyword_text for title in ordered],
        revision=writer.rules.revision,
    )
    if left:
        sql.rows(sql.LEFT_TITLES, titles=left)
    return dict(found)


def _insert_contacts(
    touched: dict[int, Draft], decisions: dict[int, Decision], titles: dict[str, int]
) -> None:
    Contact.objects.bulk_create(
        Contact(
            id=number,
            first_name=draft.first_name,
            last_name=draft.last_name,
            job_title=draft.job_title,
            title_id=titles[decisions[number].normalized],
            linkedin_url=draft.linkedin_url,
            first_connected_on_linkedin=draft.first_connected_on_linkedin,
            source=draft.source,
        )
        for number, draft in touched.items()
        if draft.is_new
    )


def _update_contacts(
    touched: dict[int, Draft], decisions: dict[int, Decision], titles: dict[str, int]
) -> None:
    stored = [draft for draft in touched.values() if not draft.is_new]
    if not stored:
        return
    sql.rows(
        sql.CHANGED_CONTACTS,
        ids=[draft.id for draft in stored],
        first_names=[draft.first_name for draft in stored],
        last_names=[draft.last_name for draft in stored],
        job_titles=[draft.job_title for draft in stored],
        titles=[titles[decisions[draft.id].normalized] for draft in stored],
        urls=[draft.linkedin_url for draft in stored],
        connected=[draft.first_connected_on_linkedin for draft in stored],
    )


def _write_emails(touched: dict[int, Draft]) -> None:
    ContactEmail.objects.bulk_create(
        ContactEmail(contact_id=number, address=address, is_primary=address == draft.emails[0])
        for number, draft in touched.items()
        for address in draft.new_emails
    )


def _write_companies(touched: dict[int, Draft]) -> None:
    ContactCompany.objects.bulk_create(
        ContactCompany(contact_id=number, name=name, key=key, is_primary=key == draft.companies[0])
        for number, draft in touched.items()
        for name, key in ((name, company_key(name)) for name in draft.new_companies)
    )


def _write_personas(
    touched: dict[int, Draft], decisions: dict[int, Decision], titles: dict[str, int], writer: Writer
) -> None:
    without = [number for number, draft in touched.items() if draft.persona_id is None]
    ContactPersona.objects.bulk_create(
        ContactPersona(
            contact_id=number,
            persona_id=decisions[number].persona.id,
            title_id=titles[decisions[number].normalized],
            keyword_id=_keyword_id(decisions[number]),
            keyword_text=decisions[number].keyword_text,
        )
        for number in without
    )
    others = [number for number in touched if touched[number].persona_id is not None]
    if others:
        sql.rows(
            sql.CHANGED_TITLES, ids=others, titles=[titles[decisions[number].normalized] for number in others]
        )
    changed = _change_personas(others, decisions, writer)
    moved: dict[int, int | None] = changed | dict.fromkeys(without)
    count_moves((old, decisions[number].persona.id, 1) for number, old in moved.items())
    codes = {persona.id: persona.code for persona in writer.rules.personas}
    _write_history({number: codes.get(old or 0, "") for number, old in moved.items()}, decisions, writer)


def _change_personas(
    numbers: list[int], decisions: dict[int, Decision], writer: Writer
) -> dict[int, int | None]:
    """Write the decided personas of contacts nobody holds; return the old persona of those that changed."""
    if not numbers:
        return {}
    return dict(
        sql.rows(
            sql.CHANGED_PERSONAS,
            job=writer.job,
            ids=numbers,
            personas=[decisions[number].persona.id for number in numbers],
            keywords=[_keyword_id(decisions[number]) for number in numbers],
            texts=[decisions[number].keyword_text for number in numbers],
        )
    )


def _write_history(moved: dict[int, str], decisions: dict[int, Decision], writer: Writer) -> None:
    """Leave a row for each contact whose persona is another one than before (R8)."""
    PersonaChange.objects.bulk_create(
        PersonaChange(
            contact_id=number,
            old=old,
            new=decisions[number].persona.code,
            keyword_text=decisions[number].keyword_text,
            cause=writer.cause,
            revision=writer.rules.revision,
            job=writer.job,
            by=writer.by,
        )
        for number, old in moved.items()
        if old != decisions[number].persona.code
    )


def _keyword_id(decision: Decision) -> int | None:
    return decision.keyword.id if decision.keyword else None


def _draft(
    id: int,
    first_name: str,
    last_name: str,
    job_title: str,
    url: str,
    connected: Any,
    source: str,
    title: int | None,
    persona: int | None,
    held: bool,
    emails: list[str],
    companies: list[str],
) -> Draft:
    return Draft(
        id=id,
        first_name=first_name,
        last_name=last_name,
        job_title=job_title,
        linkedin_url=url,
        first_connected_on_linkedin=connected,
        source=source,
        title_id=title,
        persona_id=persona,
        held=held,
        emails=emails,
        companies=companies,
    )
