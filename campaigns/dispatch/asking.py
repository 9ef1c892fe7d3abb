"""What became of a call that nobody tells about? The provider is asked; nothing is ever redialled (C17)."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from campaigns.dispatch.alerts import raise_alert
from campaigns.dispatch.answering import accept, stop_if_barred
from campaigns.dispatch.clocks import as_told
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.repeating import repeat
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.taking_back import UNMADE, Back, take_back
from campaigns.models import CallAttempt, CallRecord, Provider
from campaigns.providers import (
    CallProvider,
    CallReport,
    CallStatus,
    ProviderRefused,
    ProviderUnreachable,
    UnreadableAnswer,
)
from campaigns.rules import KEY_VALID, SILENT_AFTER, AlertKind, AttemptState, EntryReason, EntryState

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
# Only the analysis is to come; of what is closed, since its end was told after it had been given up.
OVER = (AttemptState.ENDED, AttemptState.CLOSED)
NOBODY_SAYS = Back(
    EntryState.NEEDS_REVIEW,
    EntryReason.UNCONFIRMED,
    only=(*UNMADE, AttemptState.ACCEPTED, AttemptState.ONGOING),
)
# Nobody knows how to settle it, also when its end is told.
UNSETTLED = replace(NOBODY_SAYS, only=(*NOBODY_SAYS.only, AttemptState.ENDED))


def free_expired(provider: int, *, now: datetime) -> int:
    """Give back claims whose lease ended before the request left: their worker is gone (C17)."""
    expired = CallAttempt.objects.filter(provider=provider, state=AttemptState.INTENT, lease_until__lt=Now())
    back = Back(EntryState.QUEUED, EntryReason.REQUEUED)
    return sum(take_back(attempt, back, now=now) for attempt in expired.values_list("pk", flat=True)[:500])


def ask_due(line: CallProvider, provider: int, *, clock: Callable[[], datetime], pace: Pace) -> int:
    """Ask about calls that have been silent; return how many were asked about."""
    silent = CallAttempt.objects.filter(provider=provider, ask_at__lte=clock()).order_by("ask_at")
    due = list(silent.select_related("provider")[:AT_ONCE])
    for attempt in due:
        try:
            _settle(line, attempt, clock, pace)
        except Exception:
            # A fault of one call, told with its trace, keeps no other one waiting; one of the database comes
            # again in the next line and ends the round.
            log.exception("call %s cannot be settled", attempt.pk)
            if not _given_up(attempt, clock()):
                _look_later(attempt, clock())
    return len(due)


def _given_up(attempt: CallAttempt, now: datetime) -> bool:
    """End a call whose end can never be settled, an outage after its last news; say whether it is over.

    Its money is free, its entry is a person's, and staff are told; once the fault is mended, news of it is
    settled late (C17, C21).
    """
    if now <= _last_news(attempt) + OUTAGE_LASTS:
        return False
    try:
        with transaction.atomic():
            take_back(attempt.pk, UNSETTLED, now=now)
            over = CallAttempt.objects.filter(pk=attempt.pk, state=AttemptState.CLOSED)
            over.update(ask_at=None)
            # Somebody may have been spoken with: until it is settled, the law's weeks begin here (C13).
            over.filter(ended_at__isnull=False).update(is_counted=True, is_contact=True)
            told = {"call": str(attempt.pk)}
            raise_alert(AlertKind.CALL_UNSETTLED, str(attempt.campaign_id), told)
    except Exception:
        # As above: told with its trace, and tried again at the next look, so that no other call waits for it.
        log.exception("call %s cannot be given up", attempt.pk)
        return False
    return True


def _last_news(attempt: CallAttempt) -> datetime:
    """Return when something became of a call last: what is told after it was given up may come days later."""
    told = CallRecord.objects.filter(attempt=attempt.pk).values_list("received_at", flat=True).first()
    return max(filter(None, (attempt.claimed_at, attempt.closed_at, told)))


def _settle(line: CallProvider, attempt: CallAttempt, clock: Callable[[], datetime], pace: Pace) -> None:
    try:
        _ask(line, attempt, clock, pace)
    except ProviderUnreachable:
        _decide_alone(attempt, OUTAGE_LASTS, clock())
    except ProviderRefused as error:
        # Another key may have taken the place of the refused one meanwhile.
        asked = Provider.objects.filter(pk=attempt.provider_id, key_name=attempt.provider.key_name)
        stop_if_barred(asked, error.refusal, now=clock())
        _decide_alone(attempt, STUCK_AFTER, clock())
    except UnreadableAnswer:
        _decide_alone(attempt, STUCK_AFTER, clock())


def _decide_alone(attempt: CallAttempt, patience: timedelta, now: datetime) -> None:
    """Settle a call of which the provider says nothing that helps, once it had its time; else ask again.

    What ended waits for its analysis and no longer; of anything else a person decides (C17, C21).
    """
    if attempt.state in OVER:
        apply_report(attempt.pk, _as_known(attempt), now=now)
    elif now > attempt.claimed_at + patience:
        take_back(attempt.pk, NOBODY_SAYS, now=now)
    else:
        _look_later(attempt, now)


def _ask(line: CallProvider, attempt: CallAttempt, clock: Callable[[], datetime], pace: Pace) -> None:
    report = next(_reports(line, attempt), None)
    now = clock()
    if report is not None and (report.is_final or attempt.state not in OVER):
        _apply(line, attempt, report, now)
    elif attempt.state in OVER:
        # Also when the provider says that it goes on: its end was told.
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
    CallAttempt.objects.awaited().filter(pk=attempt.pk).update(ask_at=now + wait)


def attempt_of(report: CallReport, provider: int) -> UUID | None:
    """Return the attempt that a report speaks of: the one in its metadata, else the one of its call."""
    own = CallAttempt.objects.filter(provider=provider)
    found = own.filter(pk=report.attempt) if report.attempt else own.filter(call_id=report.call_id)
    return found.values_list("pk", flat=True).first()
