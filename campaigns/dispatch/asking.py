"""What became of a call that nobody tells about? The provider is asked; nothing is ever redialled (C17)."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

from campaigns.dispatch.answering import accept
from campaigns.dispatch.clocks import as_told
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.repeating import repeat
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.taking_back import UNMADE, Back, take_back
from campaigns.models import CallAttempt
from campaigns.providers import (
    CallProvider,
    CallReport,
    CallStatus,
    ProviderRefused,
    ProviderUnreachable,
    UnreadableAnswer,
)
from campaigns.rules import KEY_VALID, SILENT_AFTER, AttemptState, EntryReason, EntryState

log = logging.getLogger(__name__)
AT_ONCE = 10  # a round; each may wait for the provider
FIRST_LOOK = timedelta(seconds=5)
LONGEST_LOOK = timedelta(minutes=5)
KEY_MARGIN = timedelta(minutes=5)  # a key is not trusted in its last minutes
# Longer than any call may ring and last, though its request was repeated late in the key's hour: the
# provider has lost it, or will never say.
STUCK_AFTER = timedelta(hours=3)
# Who does not answer at all may know everything once they do: from one day's last call to the next day's
# first, so that an outage of hours loses nothing, and nobody misses a day for it.
OUTAGE_LASTS = timedelta(hours=12)
NOBODY_SAYS = Back(
    EntryState.NEEDS_REVIEW,
    EntryReason.UNCONFIRMED,
    only=(*UNMADE, AttemptState.ACCEPTED, AttemptState.ONGOING),
)


def free_expired(provider: int, *, now: datetime) -> int:
    """Give back claims whose lease ended before the request left: their worker is gone (C17)."""
    expired = CallAttempt.objects.filter(provider=provider, state=AttemptState.INTENT, lease_until__lt=Now())
    back = Back(EntryState.QUEUED, EntryReason.REQUEUED)
    return sum(take_back(attempt, back, now=now) for attempt in expired.values_list("pk", flat=True)[:500])


def ask_due(line: CallProvider, provider: int, *, clock: Callable[[], datetime], pace: Pace) -> int:
    """Ask about calls that have been silent; return how many were asked about."""
    silent = CallAttempt.objects.open().filter(provider=provider, ask_at__lte=clock()).order_by("ask_at")
    due = list(silent.select_related("provider")[:AT_ONCE])
    for attempt in due:
        try:
            _settle(line, attempt, clock, pace)
        except Exception:
            # A fault of one call, told with its trace, keeps no other one waiting; one of the database comes
            # again in the next line and ends the round.
            log.exception("call %s cannot be settled", attempt.pk)
            _look_later(attempt, clock())
    return len(due)


def _settle(line: CallProvider, attempt: CallAttempt, clock: Callable[[], datetime], pace: Pace) -> None:
    try:
        _ask(line, attempt, clock, pace)
    except ProviderUnreachable:
        _decide_alone(attempt, OUTAGE_LASTS, clock())
    except (ProviderRefused, UnreadableAnswer):
        _decide_alone(attempt, STUCK_AFTER, clock())


def _decide_alone(attempt: CallAttempt, patience: timedelta, now: datetime) -> None:
    """Settle a call of which the provider says nothing that helps, once it had its time; else ask again.

    What ended waits for its analysis and no longer; of anything else a person decides (C17, C21).
    """
    if attempt.state == AttemptState.ENDED:
        apply_report(attempt.pk, _as_known(attempt), now=now)
    elif now > attempt.claimed_at + patience:
        take_back(attempt.pk, NOBODY_SAYS, now=now)
    else:
        _look_later(attempt, now)


def _ask(line: CallProvider, attempt: CallAttempt, clock: Callable[[], datetime], pace: Pace) -> None:
    report = next(_reports(line, attempt), None)
    now = clock()
    if report is not None:
        _apply(line, attempt, report, now)
    elif attempt.state == AttemptState.ENDED:
        apply_report(attempt.pk, _as_known(attempt), now=now)
    elif attempt.call_id or _is_beyond_key(attempt, now):
        take_back(attempt.pk, NOBODY_SAYS, now=now)
    elif not repeat(line, attempt, clock=clock, pace=pace):
        _look_later(attempt, clock())


def _apply(line: CallProvider, attempt: CallAttempt, report: CallReport, now: datetime) -> None:
    accept(attempt.pk, report.call_id, now=now)
    apply_report(attempt.pk, as_told(report, attempt.provider), now=now)
    if _is_lost(attempt, now):
        line.stop(report.call_id)
        take_back(attempt.pk, NOBODY_SAYS, now=now)


def _reports(line: CallProvider, attempt: CallAttempt) -> Iterator[CallReport]:
    """Yield what the provider knows of a call: by its id, else by our own in its metadata."""
    known = line.get(attempt.call_id) if attempt.call_id else None
    if known is not None:
        yield known
    # A list carries no transcript; the call itself does.
    for found in line.find(attempt.pk):
        yield line.get(found.call_id) or found


def _as_known(attempt: CallAttempt) -> CallReport:
    """Return what was told of an ended call that the provider no longer knows: no analysis comes."""
    return CallReport(
        attempt.call_id,
        CallStatus.ENDED,
        attempt=attempt.pk,
        disconnection_reason=attempt.disconnection_reason,
        started_at=attempt.started_at,
        ended_at=attempt.ended_at,
        duration_ms=attempt.duration_ms,
    )


def _is_beyond_key(attempt: CallAttempt, now: datetime) -> bool:
    return now > (attempt.sent_at or attempt.claimed_at) + KEY_VALID - KEY_MARGIN


def _is_lost(attempt: CallAttempt, now: datetime) -> bool:
    still_open = CallAttempt.objects.holding_slot().filter(pk=attempt.pk).exists()
    return still_open and now > attempt.claimed_at + STUCK_AFTER


def _look_later(attempt: CallAttempt, now: datetime) -> None:
    """Ask again later: twice as long after the call as now, five minutes at most."""
    waited = now - (attempt.sent_at or attempt.claimed_at)
    wait = min(max(FIRST_LOOK, waited), LONGEST_LOOK, SILENT_AFTER if attempt.call_id else LONGEST_LOOK)
    CallAttempt.objects.open().filter(pk=attempt.pk).update(ask_at=now + wait)


def attempt_of(report: CallReport, provider: int) -> UUID | None:
    """Return the attempt that a report speaks of: the one in its metadata, else the one of its call."""
    own = CallAttempt.objects.filter(provider=provider)
    found = own.filter(pk=report.attempt) if report.attempt else own.filter(call_id=report.call_id)
    return found.values_list("pk", flat=True).first()
