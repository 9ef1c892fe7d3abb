"""A person decides about an entry: call again, it is done, it failed, leave it; each decision is noted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.actions.moments import moment_of
from campaigns.actions.running import wake
from campaigns.dispatch.leaving import LEAVING
from campaigns.dispatch.moving import Move, complete_done, hold, move
from campaigns.dispatch.taking_back import Back, take_back
from campaigns.models import CallAttempt, Entry
from campaigns.queries import UnknownEntry
from campaigns.rules import CAMPAIGN_ENDS, AttemptState, EntryReason, EntryState
from tenants.records.actions import note
from tenants.rules import Refused

REVIEWED = (EntryState.NEEDS_REVIEW,)
CALLED_AGAIN = (EntryState.NEEDS_REVIEW, EntryState.ON_HOLD, EntryState.RETRY_WAIT)


class EntryMoveRefused(Refused):
    """The entry is not where this can be done; `state` says where it is."""

    code = "entry_state"
    message = _("The entry is not in a state that allows this.")


def retry(*, number: int, now: datetime, by: UUID | None = None) -> Entry:
    """Put an entry back into the queue: one that waits for a person, a cure or its next call.

    The law is asked again before it is called. Raises UnknownEntry, EntryMoveRefused.
    """
    return _decide(number, CALLED_AGAIN, EntryState.QUEUED, EntryReason.REQUEUED, now=now, by=by)


def requeue(*, number: int, now: datetime, by: UUID | None = None) -> Entry:
    """Put an entry that waits for a person back into the queue. Raises UnknownEntry, EntryMoveRefused."""
    return _decide(number, REVIEWED, EntryState.QUEUED, EntryReason.REQUEUED, now=now, by=by)


def mark_succeeded(*, number: int, now: datetime, by: UUID | None = None) -> Entry:
    """Say that an entry that waits for a person met its goal. Raises UnknownEntry, EntryMoveRefused."""
    return _decide(number, REVIEWED, EntryState.SUCCEEDED, EntryReason.DECIDED, now=now, by=by)


def mark_failed(*, number: int, now: datetime, by: UUID | None = None) -> Entry:
    """Say that an entry that waits for a person failed. Raises UnknownEntry, EntryMoveRefused."""
    return _decide(number, REVIEWED, EntryState.FAILED, EntryReason.DECIDED, now=now, by=by)


def cancel_entry(*, number: int, now: datetime, by: UUID | None = None) -> Entry:
    """Let an entry leave its campaign; a call whose request has not left is taken back. Twice is once.

    Raises UnknownEntry, EntryMoveRefused for one that is being called or has ended otherwise.
    """
    found = queries.entry(number=number)
    if found.state == EntryState.CANCELLED:
        return found
    if found.state == EntryState.CLAIMED:
        _take_back(found, now)
        return _taken_back(number, by)
    return _decide(number, LEAVING, EntryState.CANCELLED, EntryReason.DECIDED, now=now, by=by)


@transaction.atomic
def _decide(
    number: int,
    allowed: Collection[EntryState],
    to: EntryState,
    reason: EntryReason,
    *,
    now: datetime,
    by: UUID | None,
) -> Entry:
    found = held_entry(number)
    was = EntryState(found.state)
    if was not in allowed or (to is EntryState.QUEUED and campaign_has_ended(found)):
        raise EntryMoveRefused(said(found), state=str(was))
    moment = moment_of(found.campaign, now)
    earliest = moment if to is EntryState.QUEUED else None
    move([Move(found.pk, was, to, reason, earliest)], now=moment)
    note(verb="decide", of="entry", id=found.pk, by=by, change={"from": str(was), "to": str(to)})
    if to is EntryState.QUEUED:
        wake(found.campaign)
    complete_done([found.campaign_id], now=moment)
    return queries.entry(number=number)


def held_entry(number: int) -> Entry:
    """Return an entry, locked after its campaign. Raises UnknownEntry."""
    campaign = Entry.objects.filter(pk=number).values_list("campaign", flat=True).first()
    if campaign is None:
        raise UnknownEntry(job_id=str(number))
    hold([campaign])
    locked = Entry.objects.select_for_update(of=("self",))
    return locked.select_related("campaign__account__provider").get(pk=number)


def _take_back(found: Entry, now: datetime) -> None:
    unsent = CallAttempt.objects.filter(entry=found, state=AttemptState.INTENT)
    for attempt in unsent.values_list("pk", flat=True):
        back = Back(EntryState.CANCELLED, EntryReason.DECIDED)
        take_back(attempt, back, now=moment_of(found.campaign, now))


def _taken_back(number: int, by: UUID | None) -> Entry:
    found = queries.entry(number=number)
    if found.state != EntryState.CANCELLED:
        raise EntryMoveRefused(said(found), state=found.state)
    note(verb="decide", of="entry", id=number, by=by, change={"from": "claimed", "to": found.state})
    return found


def campaign_has_ended(found: Entry) -> bool:
    """Say whether the campaign of an entry is over."""
    return found.campaign.state in CAMPAIGN_ENDS


def said(found: Entry) -> str:
    """Say where an entry stands."""
    return str(_("The entry is %(state)s.") % {"state": found.get_state_display()})
