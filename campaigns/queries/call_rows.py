"""Calls as lists and files tell them, newest first: one row each, narrowed alike (W1, W6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from campaigns.models import CallAttempt
from campaigns.queries.choosing import Choice, calls_made
from campaigns.queries.entries import AT_ONCE

UNDER_WAY = "under_way"  # stands for the outcome of a call that has none yet
READ = (
    "campaign__code",
    "entry__name",
    "number",
    "to_number",
    "outcome",
    "disconnection_reason",
    "is_goal_met",
    "is_contact",
    "duration_ms",
    "charge",
    "accepted_at",
    "ended_at",
)


@dataclass(frozen=True, slots=True)
class CallChoice:
    """Which calls: campaigns and days as everywhere; hour and weekday (ISO) by the clock of the choice."""

    of: Choice
    outcome: str = ""
    is_contact: bool = False
    hour: int | None = None
    weekday: int | None = None

    @property
    def found(self) -> QuerySet[CallAttempt]:
        """The calls, in no order."""
        found, zone = calls_made(self.of), ZoneInfo(self.of.zone)
        if self.outcome:
            found = found.filter(outcome="" if self.outcome == UNDER_WAY else self.outcome)
        if self.is_contact:
            found = found.filter(is_contact=True)
        if self.hour is not None:
            found = found.alias(at_hour=ExtractHour("accepted_at", tzinfo=zone)).filter(at_hour=self.hour)
        if self.weekday is not None:
            on_day = ExtractIsoWeekDay("accepted_at", tzinfo=zone)
            found = found.alias(on_day=on_day).filter(on_day=self.weekday)
        return found


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call; `provider_reason` is the provider's own word."""

    batch_id: str
    job_id: str
    attempt: int
    name: str
    to_number: str
    outcome: str
    provider_reason: str
    is_goal_met: bool | None
    is_contact: bool
    seconds: int
    cost: Decimal
    called_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallPage:
    """Rows, newest first; `before` is where the next page begins, `total` counts all."""

    rows: list[CallRow]
    total: int
    before: str


def call_page(*, chosen: CallChoice, before: UUID | None, size: int) -> CallPage:
    """Return the rows before a call. Two queries, whatever the number of rows."""
    found = chosen.found
    rows = list(_told(found if before is None else found.filter(pk__lt=before))[: size + 1])
    shown = rows[:size]
    further = str(shown[-1].pk) if len(rows) > size else ""
    return CallPage([_row(call) for call in shown], found.count(), further)


def all_call_rows(*, chosen: CallChoice) -> Iterator[CallRow]:
    """Yield the same rows as all pages together, some thousand at a time; memory stays flat."""
    found = _told(chosen.found)
    beyond = Q()
    while rows := list(found.filter(beyond)[:AT_ONCE]):
        yield from map(_row, rows)
        beyond = Q(pk__lt=rows[-1].pk)


def calls_of_entry(*, entry: int) -> list[CallRow]:
    """Return all calls of one person, newest first. One query."""
    return [_row(call) for call in _told(CallAttempt.objects.filter(entry=entry).exclude(accepted_at=None))]


def _told(found: QuerySet[CallAttempt]) -> QuerySet[CallAttempt]:
    # A row of a file must not read settings of campaigns and numbers of people again and again.
    return found.select_related("entry", "campaign").only(*READ).order_by("-pk")


def _row(call: CallAttempt) -> CallRow:
    assert call.accepted_at is not None  # noqa: S101 - only calls that were made are listed
    return CallRow(
        batch_id=call.campaign.code,
        job_id=str(call.entry_id),
        attempt=call.number,
        name=call.entry.name,
        to_number=call.to_number,
        outcome=call.outcome,
        provider_reason=call.disconnection_reason,
        is_goal_met=call.is_goal_met,
        is_contact=call.is_contact,
        seconds=round(call.duration_ms / 1_000),
        cost=call.charge,
        called_at=call.accepted_at,
        ended_at=call.ended_at,
    )
