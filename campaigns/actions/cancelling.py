"""A campaign ends for good: it stops at once, then its people leave, some thousand at a time (C22)."""

import logging
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.actions.moments import moment_of
from campaigns.actions.running import hold_campaign, step
from campaigns.dispatch.leaving import LEAVING, empty_soon
from campaigns.dispatch.moving import Move, hold, move
from campaigns.dispatch.taking_back import Back, take_back
from campaigns.dispatch.waking import look_after
from campaigns.models import CallAttempt, Campaign, Entry
from campaigns.rules import (
    AttemptState,
    CampaignState,
    EntryReason,
    EntryState,
)
from tenants.jobs import actions as jobs
from tenants.jobs.rules import NotCancellable
from tenants.jobs.runner import Run
from tenants.records.actions import note

log = logging.getLogger(__name__)

LONGEST_REASON = 500
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

    A call that is under way ends by itself, and its late result is still recorded. A repeat finishes what was
    interrupted and changes nothing else: the first time and reason stay. Raises UnknownCampaign,
    CampaignMoveRefused after it was completed.
    """
    found = _end(code, reason.strip()[:LONGEST_REASON], now, by)
    moment = moment_of(found, now)
    # Commits of their own, which may be missing after a kill: each finds by itself what is left to do (S11).
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
def _end(code: str, reason: str, now: datetime, by: UUID | None) -> Campaign:
    """Flip the state first: nothing new leaves from here on."""
    found = hold_campaign(code)
    if found.state != CampaignState.CANCELLED:
        _flip(found, reason, now, by)
    if _waiting(found) > ENTRIES_AT_ONCE:
        empty_soon(found.pk, by=by)
    return found


def _flip(found: Campaign, reason: str, now: datetime, by: UUID | None) -> None:
    moment = moment_of(found, now)
    step(found, CANCELLABLE, CampaignState.CANCELLED, completed_at=moment, cancellation_reason=reason)
    _stop_import(found)
    # Should no more than this be done, whoever waits leaves by the sweep, also where nobody has called yet.
    look_after()
    counts = {str(state): count for state in EntryState if (count := getattr(found.tally, state))}
    note(verb="cancel", of="campaign", id=found.pk, by=by, change={"reason": reason, "was": found.state})
    log.info("campaign cancelled: %s by %s, entries %s", found.code, by, counts)


def _waiting(found: Campaign) -> int:
    return sum(getattr(found.tally, state) for state in LEAVING)


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
    if _waiting(found) <= ENTRIES_AT_ONCE:
        while leave(found.pk, now=now):
            pass
