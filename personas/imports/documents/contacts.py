"""A contact of the first system: every kind of value that its fields have held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from personas.imports.documents.reasons import DocumentReason
from personas.imports.documents.values import Fields, split_texts
from personas.imports.identifiers import canonical_email, canonical_profile_url
from personas.rules import COMPANY_LENGTH, FIRST_NAME_LENGTH, JOB_TITLE_LENGTH, LAST_NAME_LENGTH

PHONE_LENGTH = 32
SOURCE_LENGTH = 100
_EMAIL_KEYS = ("email", "address", "value", "mail")
_COMPANY_KEYS = ("name", "company", "company_name", "organization", "value")

CONTACT_FIELDS: Mapping[str, str] = {
    "_id": "source id",
    "id": "source id, where there is no _id",
    "first_name": "first name",
    "last_name": "last name",
    "name": "first name, where there are neither first_name nor last_name",
    "email": "e-mails (the first, or the one marked primary, is primary)",
    "emails": "e-mails",
    "company": "companies (likewise)",
    "companies": "companies",
    "job_title": "job title",
    "job_title_normalized": "made anew by P1",
    "buyer_persona": "persona: kept when locked or given by hand, else classified by P5",
    "buyer_persona_locked": "locked",
    "buyer_persona_assigned_manually": "given by hand",
    "linkedin_url": "LinkedIn profile",
    "phone": "phone",
    "first_connected_on_linkedin": "connected on LinkedIn",
    "source": "source",
    "reclassified_at": "reclassified at, while the persona is the same",
    "reclassified_by_job": "reclassified by job, while the persona is the same",
}


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One person. `persona` are the names by which the document calls its persona, in the order to try.

    `rejected` says why nothing may be written, `issues` what was left out.
    """

    first_name: str = ""
    last_name: str = ""
    emails: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    job_title: str = ""
    profile_url: str = ""
    phone: str = ""
    connected_on: date | None = None
    source: str = ""
    persona: tuple[str, ...] = ()
    locked: bool = False
    assigned_manually: bool = False
    reclassified_at: datetime | None = None
    reclassified_by_job: UUID | None = None
    issues: tuple[str, ...] = ()
    rejected: str = ""

    @property
    def is_held(self) -> bool:
        """Say whether a person decided its persona over there (P7)."""
        return self.locked or self.assigned_manually


def read_contact(document: Mapping[str, Any]) -> ContactRecord:
    """Return the person of a document; whoever has a name, an e-mail or an address is one."""
    fields = Fields(document)
    emails = fields.parsed(
        split_texts(fields.texts("email", "emails", keys=_EMAIL_KEYS)),
        canonical_email,
        DocumentReason.EMAIL_DROPPED,
    )
    urls = fields.parsed(
        fields.texts("linkedin_url", keys=("url", "value"))[:1],
        canonical_profile_url,
        DocumentReason.URL_DROPPED,
    )
    first_name, last_name = _names(fields)
    is_somebody = bool(first_name or last_name or emails or urls)
    return ContactRecord(
        first_name=first_name,
        last_name=last_name,
        emails=tuple(emails),
        companies=tuple(
            name[:COMPANY_LENGTH] for name in fields.texts("company", "companies", keys=_COMPANY_KEYS)
        ),
        job_title=fields.text("job_title", longest=JOB_TITLE_LENGTH),
        profile_url=urls[0] if urls else "",
        phone=fields.text("phone", longest=PHONE_LENGTH),
        connected_on=fields.day("first_connected_on_linkedin"),
        source=fields.text("source", longest=SOURCE_LENGTH),
        persona=fields.names("buyer_persona"),
        locked=fields.flag("buyer_persona_locked"),
        assigned_manually=fields.flag("buyer_persona_assigned_manually"),
        reclassified_at=fields.moment("reclassified_at"),
        reclassified_by_job=fields.uuid("reclassified_by_job"),
        issues=fields.noted,
        rejected="" if is_somebody else str(DocumentReason.MISSING_IDENTIFIERS),
    )


def _names(fields: Fields) -> tuple[str, str]:
    first_name = fields.text("first_name", longest=FIRST_NAME_LENGTH)
    last_name = fields.text("last_name", longest=LAST_NAME_LENGTH)
    if first_name or last_name:
        return first_name, last_name
    return fields.text("name", longest=FIRST_NAME_LENGTH), ""
