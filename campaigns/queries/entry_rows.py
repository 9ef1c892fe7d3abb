"""The people of campaigns as lists and files tell them: one row each, narrowed alike (W1, W6).

What was said in a call stands in no row: transcripts, summaries and recordings are for staff.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from campaigns.models import CallAttempt, Entry
from campaigns.queries.campaigns import FINISHED
from campaigns.queries.choosing import Choice
from campaigns.queries.entries import AT_ONCE, phone_of
from campaigns.queries.promised import is_late, shortfall

UNREAD = ("description", "call_settings", "zones")  # of a campaign


class Step(StrEnum):
    """How far a person came on the chosen days; each is the list behind a figure of `results`."""

    DIALLED = "dialled"
    REACHED = "reached"
    PROMISED = "promised"
    FINISHED = "finished"
    SUCCEEDED = "succeeded"


class PromiseKind(StrEnum):
    """Which promises."""

    ANY = "any"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class EntryChoice:
    """Whose rows: campaigns and days as everywhere; "" and None for all."""

    of: Choice
    state: str = ""
    reason: str = ""
    outcome: str = ""
    step: str = ""
    promise: str = ""
    arm: int | None = None

    @property
    def condition(self) -> Q:
        """What every row meets; days mean calls or ends, so without a step they ask for nothing."""
        found = self.of.campaigns("campaign__")
        for name in ("state", "reason", "outcome", "arm"):
            if value := getattr(self, name):
                found &= Q(**{name: value})
        return found & self._promised() & self._came()

    def _promised(self) -> Q:
        if not self.promise:
            return Q()
        kinds = {PromiseKind.LATE: is_late(), PromiseKind.OPEN: Q(promise_amount=None)}
        return Q(promise_on__isnull=False) & kinds.get(PromiseKind(self.promise), Q())

    def _came(self) -> Q:
        if not self.step:
            return Q()
        if self.step in {Step.FINISHED, Step.SUCCEEDED}:
            states = FINISHED if self.step == Step.FINISHED else (Step.SUCCEEDED,)
            return Q(state__in=states) & self.of.days("finished_at")
        calls = CallAttempt.objects.filter(self.of.days("claimed_at"), entry=OuterRef("pk"))
        made = calls.exclude(accepted_at=None).exclude(closed_at=None)
        if self.step == Step.DIALLED:
            return Q(Exists(made))
        met = Q(Exists(made.filter(is_contact=True)))
        return met & Q(promise_on__isnull=False) if self.step == Step.PROMISED else met


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One person; names are those of the API's report."""

    batch_id: str
    job_id: str
    row: int | None
    name: str
    document: str
    phone: str
    state: str
    reason: str
    outcome: str
    creditor: str
    debt: Decimal | None
    currency: str
    fecha_limite: date | None
    fecha_maxima: date | None
    promise_on: date | None
    promise_amount: Decimal | None
    promise_shortfall: Decimal | None
    attempts: int
    seconds: int
    cost: Decimal
    earliest_at: datetime | None
    last_call_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Rows in the order of their files; `after` is where the next page begins, `total` counts all."""

    rows: list[EntryRow]
    total: int
    after: int | None


def entry_page(*, chosen: EntryChoice, after: int | None, size: int) -> EntryPage:
    """Return the rows behind the number `after`. Three queries, whatever the number of rows."""
    found = Entry.objects.filter(chosen.condition)
    rows = list(_told(found).filter(pk__gt=after or 0)[: size + 1])
    shown = rows[:size]
    return EntryPage(
        [row_of(entry) for entry in shown], found.count(), shown[-1].pk if len(rows) > size else None
    )


def all_entry_rows(*, chosen: EntryChoice) -> Iterator[EntryRow]:
    """Yield the same rows as all pages together, some thousand at a time; memory stays flat."""
    found, beyond = _told(Entry.objects.filter(chosen.condition)), 0
    while rows := list(found.filter(pk__gt=beyond)[:AT_ONCE]):
        yield from map(row_of, rows)
        beyond = rows[-1].pk


def row_of(entry: Entry) -> EntryRow:
    """Tell one entry that was read with debts, campaign, `last_call_at` and `last_number`."""
    found: Any = entry
    debt = max(entry.debts.all(), key=lambda one: (one.amount, -one.pk), default=None)
    owed = debt.amount if debt else None
    return EntryRow(
        batch_id=entry.campaign.code,
        job_id=str(entry.pk),
        row=entry.row,
        name=entry.name,
        document=entry.document,
        phone=phone_of(entry, called=found.last_number),
        state=entry.state,
        reason=entry.reason,
        outcome=entry.outcome,
        creditor=debt.creditor if debt else "",
        debt=owed,
        currency=debt.currency if debt else "",
        fecha_limite=entry.fecha_limite,
        fecha_maxima=entry.fecha_maxima,
        promise_on=entry.promise_on,
        promise_amount=entry.promise_amount,
        promise_shortfall=shortfall(owed, entry.promise_amount),
        attempts=entry.attempts,
        seconds=round(entry.talk_ms / 1_000),
        cost=entry.charged,
        earliest_at=None if entry.finished_at else entry.earliest_at,
        last_call_at=found.last_call_at,
        finished_at=entry.finished_at,
    )


def _told(found: QuerySet[Entry]) -> QuerySet[Entry]:
    calls = CallAttempt.objects.filter(entry=OuterRef("pk")).exclude(accepted_at=None).order_by("-number")
    # A row of a file must not read the settings of its campaign and its variables again and again.
    unread = ("variables", "zones", "person_key", *(f"campaign__{name}" for name in UNREAD))
    told = found.select_related("campaign").defer(*unread).prefetch_related("debts").order_by("pk")
    last = {"last_call_at": "accepted_at", "last_number": "to_number"}
    return told.annotate(**{name: Subquery(calls.values(fact)[:1]) for name, fact in last.items()})
