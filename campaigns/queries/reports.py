"""A campaign as a table: a row for each entry, what is owed, what came of it; what was said for who hears."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from campaigns.models import Campaign, Entry
from campaigns.queries.entries import phone_of, report_rows

# Names of columns are the API's: programs read reports too.
SAID = ("sentiment", "summary", "recording_url")
HEADINGS = (
    "batch_id", "job_id", "row", "name", "document", "phone", "state", "reason", "outcome", "creditor",
    "debt", "currency", "fecha_limite", "fecha_maxima", "promise_on", "promise_amount", "promise_shortfall",
    "attempts", "seconds", "cost", "created_at", "last_call_at", "last_call_ended_at", "finished_at",
)  # fmt: skip


def report(*, campaign: Campaign, hears: bool) -> tuple[Sequence[str], Iterator[tuple[Any, ...]]]:
    """Return headings and rows of a campaign, some thousand read at a time; what was said for who `hears`."""
    rows = report_rows(campaign=campaign)
    if not hears:
        return HEADINGS, (_row(campaign, entry) for entry in rows)
    return (*HEADINGS, *SAID), ((*_row(campaign, entry), *_said(entry)) for entry in rows)


def _row(campaign: Campaign, entry: Entry) -> tuple[Any, ...]:
    found: Any = entry
    debt = max(entry.debts.all(), key=lambda one: (one.amount, -one.pk), default=None)
    owed = debt.amount if debt else None
    return (
        campaign.code,
        str(entry.pk),
        entry.row,
        entry.name,
        entry.document,
        phone_of(entry, called=found.last_to_number),
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
