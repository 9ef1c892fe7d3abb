"""What does a report of a call change? By webhook or answer, in any order, any often: the same end (C17)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.dispatch.closing import Closing, close, close_late
from campaigns.dispatch.faults import after_health
from campaigns.dispatch.following import SPOKEN
from campaigns.dispatch.keeping import keep_record
from campaigns.dispatch.moving import Move, hold, move
from campaigns.models import Account, CallAttempt, Entry, Provider
from campaigns.providers import CallReport, CallStatus, outcome_of
from campaigns.rules import (
    ANALYSIS_WITHIN,
    AT_WORK,
    SILENT_AFTER,
    AttemptState,
    EntryReason,
    EntryState,
    Outcome,
)

BEFORE_TALK = (AttemptState.INTENT, AttemptState.SENT, AttemptState.UNKNOWN, AttemptState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Held:
    """An attempt and everything that its news may move, locked in the order of the house."""

    provider: Provider
    account: Account
    entry: Entry
    attempt: CallAttempt


@transaction.atomic
def apply_report(attempt: UUID, report: CallReport, *, now: datetime) -> AttemptState:
    """Take in what the provider says of a call; return where the attempt stands then."""
    held = lock(attempt)
    keep_record(held.attempt, report, now=now)
    if held.attempt.state == AttemptState.CLOSED:
        _make_good(held, report, now)
        return AttemptState.CLOSED
    _learn(held.attempt, report, now)
    outcome = outcome_of(report)
    if outcome is None:
        _go_on(held, report, now)
    elif _lacks_analysis(report, outcome) and not _waited(held.attempt, now):
        # No analysis makes a fault of it: a probe need not wait for one.
        after_health(held.provider, held.attempt, outcome, now=now)
        _await_analysis(held.attempt, now)
    else:
        close(Closing(held.provider, held.account, held.entry, held.attempt, report, outcome), now=now)
    return AttemptState(held.attempt.state)


def _make_good(held: Held, report: CallReport, now: datetime) -> None:
    """Settle a call that was given up as not made, when its end is told after all (C13, C21, C23).

    Its analysis is waited for like that of any other, but from when its end is told: that may be hours after.
    """
    attempt, outcome = held.attempt, outcome_of(report)
    if attempt.outcome != Outcome.UNSENT or outcome is None:
        return
    _learn(attempt, report, now)
    until = attempt.ask_at or now + ANALYSIS_WITHIN
    if _lacks_analysis(report, outcome) and now < until:
        attempt.ask_at = until
        attempt.save()
        return
    late = Closing(held.provider, held.account, held.entry, attempt, report, outcome, is_late=True)
    close_late(late, now=now)


def _lacks_analysis(report: CallReport, outcome: Outcome) -> bool:
    """Say whether an analysis may still change what follows; others are told by their reason alone (C21)."""
    is_open = outcome in SPOKEN and (outcome is not Outcome.PLATFORM or report.talked)
    return is_open and report.analysis is None


def lock(attempt: UUID) -> Held:
    """Lock an attempt's provider, account, campaign, entry and itself. Raises CallAttempt.DoesNotExist."""
    row = CallAttempt.objects.values("provider", "account", "campaign", "entry").get(pk=attempt)
    provider = Provider.objects.select_for_update(no_key=True).get(pk=row["provider"])
    account = Account.objects.select_for_update(no_key=True).get(pk=row["account"])
    hold([row["campaign"]])
    entry = Entry.objects.select_for_update(no_key=True).get(pk=row["entry"])
    held = (
        CallAttempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("campaign")
        .get(pk=attempt)
    )
    return Held(provider, account, entry, held)


def _learn(attempt: CallAttempt, report: CallReport, now: datetime) -> None:
    """Fill in what was not known; facts are never taken back."""
    attempt.call_id = attempt.call_id or report.call_id
    attempt.sent_at = attempt.sent_at or now
    attempt.accepted_at = attempt.accepted_at or now
    attempt.started_at = attempt.started_at or report.started_at
    attempt.disconnection_reason = report.disconnection_reason[:80] or attempt.disconnection_reason
    if report.is_final:
        attempt.ended_at = attempt.ended_at or min(report.ended_at or now, now)  # no clock runs ahead of ours
        attempt.duration_ms = max(attempt.duration_ms, report.duration_ms or 0)
    if report.cost_micros is not None:
        attempt.provider_cost_micros = report.cost_micros


def _go_on(held: Held, report: CallReport, now: datetime) -> None:
    attempt, entry = held.attempt, held.entry
    is_talking = report.status is CallStatus.ONGOING
    if attempt.state in BEFORE_TALK:
        attempt.state = AttemptState.ONGOING if is_talking else AttemptState.ACCEPTED
        to = EntryState.IN_CALL if is_talking else EntryState.DIALING
        if entry.state in AT_WORK and entry.state != to:
            move([Move(entry.pk, EntryState(entry.state), to, EntryReason.AT_WORK)], now=now)
    attempt.ask_at = now + SILENT_AFTER
    attempt.save()


def _await_analysis(attempt: CallAttempt, now: datetime) -> None:
    """Free the line; the end waits for the analysis, at most ten minutes (C21)."""
    attempt.state = AttemptState.ENDED
    attempt.ask_at = min(now + SILENT_AFTER, _deadline(attempt))
    attempt.save()


def _deadline(attempt: CallAttempt) -> datetime:
    assert attempt.ended_at is not None  # noqa: S101 - `_learn` has filled it in for a call that is over
    return attempt.ended_at + ANALYSIS_WITHIN


def _waited(attempt: CallAttempt, now: datetime) -> bool:
    return now >= _deadline(attempt)
