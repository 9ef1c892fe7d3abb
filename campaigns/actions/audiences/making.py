"""An audience becomes a file, and the file a draft: laws, duplicates, wishes and scripts as for any other."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from campaigns.actions.audiences.choosing import AudienceChoice, Chosen, NobodyChosen, audience
from campaigns.actions.creating import payer_of
from campaigns.actions.importing import MadeFromFile, Upload, create_from_file
from campaigns.actions.importing.drafts import begin_draft
from campaigns.models import Campaign
from campaigns.rules import ProcessingType, UseCase

HEADINGS = ("nombre", "rut", "telefono", "cargo", "empresa", "persona")


def audience_upload(
    *, chosen: AudienceChoice, account: str, name: str, use_case: UseCase, now: datetime
) -> Upload:
    """Return a choice's people as the file that a client would send.

    Raises UnknownAccount, NobodyChosen.
    """
    people = audience(chosen=chosen, account=payer_of(account), now=now).people
    if not people:
        raise NobodyChosen
    return Upload(
        account=account,
        content=_file(people),
        filename="audiencia.csv",
        name=name,
        processing_type=ProcessingType.GENERIC,
        use_case=use_case,
        mapping={"name": "nombre", "document": "rut", "phone": "telefono"},
    )


def draft_audience(*, upload: Upload, now: datetime, by: UUID | None = None) -> Campaign:
    """Make a draft with an audience beside it, unread: its pages show each row before anybody is called."""
    return begin_draft(upload=upload, now=now, key="", by=by)


def launchable_audience(*, upload: Upload, now: datetime, by: UUID | None = None) -> MadeFromFile:
    """Make a campaign of an audience, read and ready for the ordinary launch."""
    return create_from_file(upload=upload, now=now, by=by)


def _file(people: Sequence[Chosen]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=";")
    rows.writerow(HEADINGS)
    rows.writerows(map(_row, people))
    return text.getvalue().encode()


def _row(one: Chosen) -> tuple[str, ...]:
    contact, facts = one.contact, one.facts
    companies = contact.companies.all()
    kept = getattr(contact, "classification", None)
    return (
        str(contact),
        facts.document,
        facts.phone,
        contact.job_title,
        companies[0].name if companies else "",
        kept.persona.code if kept else "",
    )
