"""The same decision about many entries at once: who may move moves, everybody else stays where they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from campaigns.actions.deciding import CALLED_AGAIN, REVIEWED
from campaigns.actions.moments import moment_of
from campaigns.actions.running import wake
from campaigns.dispatch.leaving import LEAVING
from campaigns.dispatch.moving import Move, complete_done, hold, move
from campaigns.models import Campaign, Entry
from campaigns.rules import CAMPAIGN_ENDS, EntryReason, EntryState
from tenants.records.actions import note

# More of them at once is a matter for the campaign as a whole.
MOST_AT_ONCE = 2_000


class Decision(StrEnum):
    """What people decide about an entry."""

    RETRY = "retry"
    REQUEUE = "requeue"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCEL = "cancel"


# From where, to where.
DECISIONS: Mapping[Decision, tuple[Collection[EntryState], EntryState, EntryReason]] = {
    Decision.RETRY: (CALLED_AGAIN, EntryState.QUEUED, EntryReason.REQUEUED),
    Decision.REQUEUE: (REVIEWED, EntryState.QUEUED, EntryReason.REQUEUED),
    Decision.SUCCEEDED: (REVIEWED, EntryState.SUCCEEDED, EntryReason.DECIDED),
    Decision.FAILED: (REVIEWED, EntryState.FAILED, EntryReason.DECIDED),
    Decision.CANCEL: (LEAVING, EntryState.CANCELLED, EntryReason.DECIDED),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """How many entries moved, and how many stayed as they were."""

    moved: int
    left: int


def may_decide(decision: Decision, state: EntryState, *, campaign_has_ended: bool) -> bool:
    """Say whether an entry of a state may be decided about; nobody is called again once it is all over."""
    allowed, to, _reason = DECISIONS[decision]
    return state in allowed and not (campaign_has_ended and to is EntryState.QUEUED)


@transaction.atomic
def decide_many(
    *, decision: Decision, numbers: Collection[int], now: datetime, by: UUID | None = None
) -> Decided:
    """Decide alike about up to two thousand entries; who stands elsewhere by now is left alone (J2)."""
    wanted = Entry.objects.filter(pk__in=list(numbers)[:MOST_AT_ONCE])
    campaigns = set(wanted.values_list("campaign", flat=True))
    hold(campaigns)
    rows = wanted.select_for_update(of=("self",)).select_related("campaign__account__provider").order_by("id")
    movable = [row for row in rows if _may(decision, row)]
    _allowed, to, _reason = DECISIONS[decision]
    for moment, together in _by_clock(movable, now).items():
        _move(decision, together, moment)
    for row in movable:
        note(verb="decide", of="entry", id=row.pk, by=by, change={"from": row.state, "to": str(to)})
    if to is EntryState.QUEUED:
        _wake({row.campaign_id for row in movable})
    return Decided(len(movable), len(set(numbers)) - len(movable))


def _by_clock(rows: Collection[Entry], now: datetime) -> dict[datetime, list[Entry]]:
    """Return entries by what time it is for their calls: one moment, unless some are simulated by another."""
    found: dict[datetime, list[Entry]] = {}
    for row in rows:
        found.setdefault(moment_of(row.campaign, now), []).append(row)
    return found


def _move(decision: Decision, rows: Collection[Entry], moment: datetime) -> None:
    _allowed, to, reason = DECISIONS[decision]
    earliest = moment if to is EntryState.QUEUED else None
    move([Move(row.pk, EntryState(row.state), to, reason, earliest) for row in rows], now=moment)
    complete_done({row.campaign_id for row in rows}, now=moment)


def _may(decision: Decision, row: Entry) -> bool:
    campaign_has_ended = row.campaign.state in CAMPAIGN_ENDS
    return may_decide(decision, EntryState(row.state), campaign_has_ended=campaign_has_ended)


def _wake(campaigns: Collection[int]) -> None:
    for found in Campaign.objects.filter(pk__in=campaigns).select_related("account"):
        wake(found)
