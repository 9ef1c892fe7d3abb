"""What did the provider say to a request, and what follows? Accepted, refused, or nobody knows (C17)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from campaigns.dispatch.faults import stop
from campaigns.dispatch.moving import Move, hold, move
from campaigns.dispatch.taking_back import UNMADE, Back, take_back
from campaigns.models import CallAttempt, Entry, Provider
from campaigns.providers import Accepted, Answer, Refusal, RefusalGroup
from campaigns.rules import (
    FIRST_BACKOFF,
    LONGEST_BACKOFF,
    SILENT_AFTER,
    UNANSWERED,
    AttemptState,
    EntryReason,
    EntryState,
)

ASK_UNKNOWN_AFTER = timedelta(seconds=5)
NOT_YET_ANSWERED = (AttemptState.SENT, AttemptState.UNKNOWN)


def record(attempt: UUID, answer: Answer, *, now: datetime) -> None:
    """Write down what the provider said to a request; what its events said already stays."""
    if isinstance(answer, Accepted):
        _end_rest(attempt)
        accept(attempt, answer.call_id, now=now)
    elif isinstance(answer, Refusal):
        _refuse(attempt, answer, now)
    elif answer.sent:
        _doubt(attempt, now)
    else:
        _rest(attempt, now=now, after=None)
        take_back(attempt, _later(EntryReason.PLATFORM), now=now)


def record_again(attempt: UUID, answer: Answer, *, left_at: datetime, now: datetime) -> None:
    """Write down what the provider said to a repeated request: a refusal says nothing about the first one.

    The call stays open then, but the provider rests or stops as it does after any other request.
    """
    if isinstance(answer, Accepted):
        accept(attempt, answer.call_id, now=now)
    elif isinstance(answer, Refusal) and answer.group is RefusalGroup.RATE_LIMITED:
        _rest(attempt, now=now, after=answer.retry_after, left_at=left_at)
    elif isinstance(answer, Refusal):
        stop_if_barred(Provider.objects.filter(calls=attempt), answer, now=now)
    elif not answer.sent:
        _rest(attempt, now=now, after=None, left_at=left_at)


@transaction.atomic
def accept(attempt: UUID, call_id: str, *, now: datetime) -> None:
    """The provider has the call: from now on it tells, or is asked."""
    row = CallAttempt.objects.values("campaign", "entry").get(pk=attempt)
    hold([row["campaign"]])
    entry = Entry.objects.select_for_update(no_key=True).get(pk=row["entry"])
    CallAttempt.objects.filter(pk=attempt, call_id="").update(call_id=call_id)
    CallAttempt.objects.filter(pk=attempt, accepted_at=None).update(accepted_at=now)
    waits = CallAttempt.objects.filter(pk=attempt, state__in=NOT_YET_ANSWERED)
    if waits.update(state=AttemptState.ACCEPTED, ask_at=now + SILENT_AFTER) and entry.state in UNANSWERED:
        move([Move(entry.pk, EntryState(entry.state), EntryState.DIALING, EntryReason.AT_WORK)], now=now)


def _refuse(attempt: UUID, refusal: Refusal, now: datetime) -> None:
    if refusal.group is RefusalGroup.RATE_LIMITED:
        _rest(attempt, now=now, after=refusal.retry_after)
        take_back(attempt, _later(EntryReason.CAPACITY), now=now)
    elif stop_if_barred(Provider.objects.filter(calls=attempt), refusal, now=now):
        take_back(attempt, _later(EntryReason.PROVIDER_MONEY), now=now)
    else:
        back = Back(EntryState.NEEDS_REVIEW, EntryReason.REFUSED_BY_PROVIDER, only=UNMADE)
        take_back(attempt, back, now=now)


def _later(reason: EntryReason) -> Back:
    """Return to the queue; the provider's own rest says when, so the entry's moment stays."""
    return Back(EntryState.QUEUED, reason, only=UNMADE)


def _end_rest(attempt: UUID) -> None:
    """Let the next back-off begin anew: a request was taken that left after the last one."""
    left_at = CallAttempt.objects.values_list("sent_at", flat=True).get(pk=attempt)
    rested = Provider.objects.filter(calls=attempt, backoffs__gt=0)
    rested.exclude(rests_until__gt=left_at).update(backoffs=0, rests_until=None)


@transaction.atomic
def _rest(attempt: UUID, *, now: datetime, after: float | None, left_at: datetime | None = None) -> None:
    """Leave the provider alone: as long as it says, else twice as long as the last time (C17)."""
    left_at = left_at or CallAttempt.objects.values_list("sent_at", flat=True).get(pk=attempt) or now
    provider = Provider.objects.select_for_update(of=("self",), no_key=True).get(calls=attempt)
    wait = timedelta(seconds=min(after or 0, LONGEST_BACKOFF.total_seconds()))
    # Nothing leaves during a rest: what left before its end left before its beginning, and doubles nothing.
    if provider.rests_until is None or provider.rests_until <= left_at:
        wait = max(wait, min(FIRST_BACKOFF * 2**provider.backoffs, LONGEST_BACKOFF))
        provider.backoffs = min(provider.backoffs + 1, 16)
    provider.rests_until = max(provider.rests_until or now, now + wait)
    provider.save(update_fields=["rests_until", "backoffs"])


@transaction.atomic
def stop_if_barred(provider: "QuerySet[Provider]", refusal: Refusal, *, now: datetime) -> bool:
    """Stop a provider that wants money or another key, until a person starts it; tell staff (C17, C21).

    Whatever it was asked for, a call or what became of one. Return whether it refused for that.
    """
    if refusal.group is not RefusalGroup.BARRED:
        return False
    running = provider.filter(stopped_at=None).select_for_update(of=("self",), no_key=True)
    for one in running:
        stop(one, because=f"{refusal.status} {refusal.message}"[:200], now=now)
    return True


@transaction.atomic
def _doubt(attempt: UUID, now: datetime) -> None:
    row = CallAttempt.objects.values("campaign", "entry").get(pk=attempt)
    hold([row["campaign"]])
    entry = Entry.objects.select_for_update(no_key=True).get(pk=row["entry"])
    sent = CallAttempt.objects.filter(pk=attempt, state=AttemptState.SENT)
    if sent.update(state=AttemptState.UNKNOWN, ask_at=now + ASK_UNKNOWN_AFTER) and entry.state in UNANSWERED:
        step = Move(entry.pk, EntryState(entry.state), EntryState.UNCONFIRMED, EntryReason.UNCONFIRMED)
        move([step], now=now)
