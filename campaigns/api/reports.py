"""Campaigns as files to take away: a row for each entry; the rows of a file that nobody is called for."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase

from campaigns import actions, queries
from campaigns.models import Campaign, Entry
from tenants.display.exports import FileType, exported
from tenants.permissions import Capability, may
from tenants.queries import Principal

# Names of columns are the API's: programs read reports too.
SAID = ("sentiment", "summary", "recording_url")
HEADINGS = (
    "batch_id", "job_id", "row", "name", "document", "phone", "state", "reason", "outcome", "creditor",
    "debt", "currency", "fecha_limite", "fecha_maxima", "promise_on", "promise_amount", "promise_shortfall",
    "attempts", "seconds", "cost", "created_at", "last_call_at", "last_call_ended_at", "finished_at",
)  # fmt: skip


def report_of(campaign: Campaign, type: FileType, who: Principal) -> HttpResponseBase:
    """Return a campaign's report as a download. Raises TooManyRows for a workbook of more than 50,000.

    What was said in the calls has columns only for whoever may hear it, and that they took it is noted (S19).
    """
    rows = queries.report_rows(campaign=campaign)
    if not may(who.role, Capability.HEAR):
        return exported(
            name=campaign.code, type=type, headings=HEADINGS, rows=(_row(campaign, entry) for entry in rows)
        )
    actions.note_report_heard(campaign=campaign.pk, by=who.id)
    told = ((*_row(campaign, entry), *_said(entry)) for entry in rows)
    return exported(name=campaign.code, type=type, headings=(*HEADINGS, *SAID), rows=told)


def rows_report_of(campaign: Campaign, type: FileType) -> HttpResponseBase:
    """Return the rows that were not accepted, as they stood in the file, with number and reason (W3)."""
    headings, rows = actions.rejected_table(campaign=campaign)
    return exported(name=f"{campaign.code}-rows", type=type, headings=headings, rows=rows)


def _row(campaign: Campaign, entry: Entry) -> tuple[Any, ...]:
    found: Any = entry
    debt = max(entry.debts.all(), key=lambda one: (one.amount, -one.pk), default=None)
    phone = entry.phones[min(entry.next_phone, len(entry.phones) - 1)]["number"] if entry.phones else ""
    owed = debt.amount if debt else None
    return (
        campaign.code,
        str(entry.pk),
        entry.row,
        entry.name,
        entry.document,
        phone,
        entry.state,
        entry.reason,
        entry.outcome,
        debt.creditor if debt else "",
        owed,
        debt.currency if debt else "",
        entry.fecha_limite,
        entry.fecha_maxima,
        entry.promise_on,
        entry.promise_amount,
        _shortfall(owed, entry.promise_amount),
        entry.attempts,
        round(entry.talk_ms / 1_000),
        entry.charged,
        entry.created_at,
        found.last_accepted_at,
        found.last_ended_at,
        entry.finished_at,
    )


def _said(entry: Entry) -> tuple[Any, ...]:
    """Return what the last call said, in the order of SAID."""
    found: Any = entry
    return (
        found.last_record__sentiment,
        found.last_record__summary,
        found.last_record__recording_url,
    )


def _shortfall(owed: Decimal | None, promised: Decimal | None) -> Decimal | None:
    """Return how much of the debt a promise leaves open."""
    return None if owed is None or promised is None else max(owed - promised, Decimal(0))
