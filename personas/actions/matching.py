"""L6: whose row is it? Rows of a file meet the contacts they may be, in order, before anything is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from personas.actions.met_before import MetBefore
from personas.classifier import PersonaRule
from personas.imports import ImportRow
from personas.rules import ImportRowReason, company_key


class Verdict(StrEnum):
    """What becomes of a row; the words of the result (L7)."""

    CREATED = "created"
    UPDATED = "updated"
    CONFLICT = "conflicts"
    INVALID = "invalid"


@dataclass(slots=True)
class Draft:
    """A contact as it will stand after the rows seen so far."""

    id: int
    is_new: bool = False
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    linkedin_url: str = ""
    first_connected_on_linkedin: date | None = None
    source: str = ""
    title_id: int | None = None
    emails: list[str] = field(default_factory=list)
    companies: list[str] = field(default_factory=list)
    new_emails: list[str] = field(default_factory=list)
    new_companies: list[str] = field(default_factory=list)
    held: bool = False
    persona_id: int | None = None
    # The persona that another system gave and that stands, whatever the rules say (F9).
    kept: PersonaRule | None = None
    is_changed: bool = False

    @property
    def is_touched(self) -> bool:
        """Say whether something must be written and classified (L7)."""
        return self.is_new or self.is_changed

    def take(self, row: ImportRow) -> None:
        """Fill what is missing, follow a changed title, add what is new (L6)."""
        self._fill("first_name", row.first_name)
        self._fill("last_name", row.last_name)
        self._fill("linkedin_url", row.profile_url)
        self._fill("first_connected_on_linkedin", row.connected_on)
        if row.job_title and row.job_title != self.job_title:
            self.job_title, self.is_changed = row.job_title, True
        self.add_email(row.email)
        self.add_company(row.company)

    def add_email(self, email: str) -> None:
        """Add an address that is new: the primary one if none is."""
        if email and email not in self.emails:
            self.new_emails.append(email)
            self.emails.append(email)
            self.is_changed = True

    def add_company(self, company: str) -> None:
        """Add a company that is new: the primary one if none is."""
        if company and company_key(company) not in self.companies:
            self.new_companies.append(company)
            self.companies.append(company_key(company))
            self.is_changed = True

    def _fill(self, name: str, value: object) -> None:
        if value and not getattr(self, name):
            setattr(self, name, value)
            self.is_changed = True


@dataclass(frozen=True, slots=True)
class Settled:
    """A row, what becomes of it, the contact it is about, and the ids it ran into."""

    row: ImportRow
    verdict: Verdict
    draft: Draft | None = None
    reason: ImportRowReason | None = None
    against: tuple[int, ...] = ()


class Ledger:
    """The contacts that rows of one chunk may be, by e-mail and by profile address."""

    def __init__(
        self, stored: Iterable[Draft], *, source: str, numbers: Iterator[int], met: MetBefore
    ) -> None:
        self._source, self._numbers, self._met = source, numbers, met
        self.drafts: list[Draft] = []
        self._by_id: dict[int | None, Draft] = {}
        self._by_email: dict[str, Draft] = {}
        self._by_url: dict[str, Draft] = {}
        for draft in stored:
            self._enter(draft)

    def take(self, row: ImportRow) -> Settled:
        """Settle one row; a later row of the same chunk meets what this one made."""
        if row.rejected:
            return Settled(row, Verdict.INVALID, reason=row.rejected)
        by_email, by_url = self._by_email.get(row.email), self._by_url.get(row.profile_url)
        if _disagree(by_email, by_url, row):
            against = tuple(draft.id for draft in (by_email, by_url) if draft)
            return Settled(row, Verdict.CONFLICT, reason=ImportRowReason.EMAIL_URL_MISMATCH, against=against)
        found = by_email or by_url or self._met_before(row)
        draft = found or Draft(next(self._numbers), is_new=True, source=self._source)
        draft.take(row)
        self._enter(draft, is_known=found is not None)
        return Settled(row, Verdict.UPDATED if found else Verdict.CREATED, draft)

    def _met_before(self, row: ImportRow) -> Draft | None:
        """Return whom an earlier run made of the row, unless somebody gave them an address since."""
        found = self._by_id.get(self._met.take(row))
        return None if found is None or found.emails or found.linkedin_url else found

    def _enter(self, draft: Draft, *, is_known: bool = False) -> None:
        if not is_known:
            self.drafts.append(draft)
            self._by_id[draft.id] = draft
        self._by_email |= dict.fromkeys(draft.emails, draft)
        if draft.linkedin_url:
            self._by_url[draft.linkedin_url] = draft


def _disagree(by_email: Draft | None, by_url: Draft | None, row: ImportRow) -> bool:
    if by_email is None or not row.profile_url:
        return False
    if by_url is not None:
        return by_url is not by_email
    return bool(by_email.linkedin_url) and by_email.linkedin_url != row.profile_url
