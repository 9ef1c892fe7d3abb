"""A campaign ends for good: it stops at once, then its people leave, some thousand at a time (C22)."""

import logging
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.actions.moments import moment_of
from campaigns.actions.running import hold_campaign, step
from campaigns.dispatch.moving import Move, hold, move
from campaigns.dispatch.taking_back import Back, take_back
from campaigns.models import CallAttempt, Campaign, Entry
from campaigns.rules import (
    AttemptState,
    CampaignState,
    EntryReason,
    EntryState,
    JobKind,
)
from tenants.jobs import actions as jobs
from tenants.jobs.rules import AlreadyLive, NotCancellable
from tenants.jobs.runner import Run
from tenants.records.actions import note

log = logging.getLogger(__name__)

LONGEST_REASON = 500
# Whoever waits leaves at once; who is being called leaves when the call ends.
LEAVING = (EntryState.QUEUED, EntryState.RETRY_WAIT, EntryState.ON_HOLD, EntryState.NEEDS_REVIEW)
CANCELLABLE = (
    CampaignState.DRAFT,
    CampaignState.READY,
    CampaignState.RUNNING,
    CampaignState.PAUSED,
)
ENTRIES_A_CHUNK = 2_000
# So many leave while somebody waits; the others by a job.
ENTRIES_AT_ONCE = 5_000
BACK = Back(EntryState.CANCELLED, EntryReason.CAMPAIGN_CANCELLED)


def cancel(*, code: str, reason: str, now: datetime, by: UUID | None = None) -> Campaign:
    """End a campaign: no new call begins, its people leave, money that is held comes back.

    A call that is under way ends by itself, and its late result is still recorded. Repeats change nothing:
    the first time and reason stay. Raises UnknownCampaign, CampaignMoveRefused after it was completed.
    """
    found = _end(code, reason.strip()[:LONGEST_REASON], now, by)
    if found is not None:
        moment = moment_of(found, now)
        _take_back_unsent(found, moment)
        _leave_at_once(found, moment)
    return hold_free(code)


def finish_cancelling(run: Run, *, now: datetime) -> dict[str, int]:
    """Let the people of a large cancelled campaign leave, a chunk a commit (J6)."""
    found = Campaign.objects.select_related("account__provider").get(pk=int(run.params["campaign"]))
    while True:
        with run.chunk() as chunk:
            left = leave(found.pk, now=moment_of(found, now))
            chunk.advance(left, cancelled=left)
        if not left:
            return dict(run.counters)


@transaction.atomic
def leave(campaign: int, *, now: datetime, most: int = ENTRIES_A_CHUNK) -> int:
    """Move some waiting entries of a cancelled campaign to their end; return how many. Three statements."""
    hold([campaign])
    waiting = Entry.objects.filter(campaign=campaign, state__in=LEAVING).order_by("id")
    rows = list(waiting.select_for_update().values_list("id", "state")[:most])
    to, reason = EntryState.CANCELLED, EntryReason.CAMPAIGN_CANCELLED
    return len(move([Move(id, EntryState(state), to, reason) for id, state in rows], now=now))


@transaction.atomic
def hold_free(code: str) -> Campaign:
    """Return the campaign as it stands now."""
    return hold_campaign(code)


@transaction.atomic
def _end(code: str, reason: str, now: datetime, by: UUID | None) -> Campaign | None:
    """Flip the state first: nothing new leaves from here on. None for a repeat."""
    found = hold_campaign(code)
    if found.state == CampaignState.CANCELLED:
        return None
    moment = moment_of(found, now)
    step(found, CANCELLABLE, CampaignState.CANCELLED, completed_at=moment, cancellation_reason=reason)
    _stop_import(found)
    waiting = sum(getattr(found.tally, state) for state in LEAVING)
    counts = {str(state): count for state in EntryState if (count := getattr(found.tally, state))}
    note(verb="cancel", of="campaign", id=found.pk, by=by, change={"reason": reason, "was": found.state})
    log.info("campaign cancelled: %s by %s, entries %s", found.code, by, counts)
    if waiting > ENTRIES_AT_ONCE:
        with suppress(AlreadyLive):
            jobs.enqueue(kind=JobKind.CANCEL, subject=str(found.pk), params={"campaign": found.pk}, by=by)
    return found


def _stop_import(found: Campaign) -> None:
    file = getattr(found, "file", None)
    if file is not None and file.job and file.finished_at is None:
        with suppress(NotCancellable):
            jobs.cancel(job_id=file.job)


def _take_back_unsent(found: Campaign, now: datetime) -> None:
    """Take back calls whose request has not left: there are never more of them than lines."""
    unsent = CallAttempt.objects.filter(campaign=found, state=AttemptState.INTENT)
    for attempt in unsent.values_list("pk", flat=True):
        take_back(attempt, BACK, now=now)


def _leave_at_once(found: Campaign, now: datetime) -> None:
    if sum(getattr(found.tally, state) for state in LEAVING) > ENTRIES_AT_ONCE:
        return
    while leave(found.pk, now=now):
        pass
