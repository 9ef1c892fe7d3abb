"""When too much goes wrong, who rests? Caller numbers, providers, and staff who are told (C21, C23)."""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from campaigns.dispatch.alerts import clear_alert, raise_alert
from campaigns.models import CallAttempt, CallerNumber, CampaignSettings, Provider
from campaigns.rules import (
    MANY_FAILURES_LEAST,
    MANY_FAILURES_WITHIN,
    NUMBER_RESTS,
    AlertKind,
    AttemptState,
    BreakerState,
    Outcome,
)

FAULTS = (Outcome.CARRIER, Outcome.REPUTATION, Outcome.PLATFORM)
# What a list, a carrier or a platform can be blamed for.
FAILURES = (Outcome.BAD_NUMBER, *FAULTS)
BURST = timedelta(minutes=2)
BURST_LEAST = 10  # ended calls; fewer prove nothing
BURST_SHARE = 0.5
FIRST_OPEN = timedelta(minutes=1)  # doubles each time that the probe fails too
LONGEST_OPEN = timedelta(minutes=30)


def after_fault(provider: Provider, attempt: CallAttempt, outcome: Outcome, *, now: datetime) -> None:
    """Let rest what a call's end says must rest, and tell staff. The provider is locked."""
    if outcome is Outcome.REPUTATION:
        _rest_number(provider, attempt, now)
    if outcome is Outcome.MONEY and provider.stopped_at is None:
        stop(provider, because=attempt.disconnection_reason, now=now)
    if outcome is Outcome.UNKNOWN:
        reason = attempt.disconnection_reason
        raise_alert(AlertKind.UNKNOWN_OUTCOME, reason, {"reason": reason})
    if outcome in FAULTS and not _began_before(provider, attempt):
        _trip(provider, outcome, now)
    if outcome in FAILURES:
        _tell_many_failures(attempt, now)


def stop(provider: Provider, *, because: str, now: datetime) -> None:
    """Stop a locked provider until a person starts it, and tell staff (C17)."""
    provider.stopped_at, provider.stopped_because = now, because
    provider.save(update_fields=["stopped_at", "stopped_because"])
    raise_alert(AlertKind.PROVIDER_STOPPED, str(provider.pk), {"because": because})


def after_health(provider: Provider, attempt: CallAttempt, outcome: Outcome, *, now: datetime) -> None:
    """Close an open breaker when a probe came through: the carrier and the platform work again."""
    if provider.breaker == BreakerState.CLOSED or outcome in FAULTS or _began_before(provider, attempt):
        return
    provider.breaker, provider.breaker_cause, provider.breaker_until = BreakerState.CLOSED, "", now
    provider.breaker_opened = 0
    provider.save(update_fields=["breaker", "breaker_cause", "breaker_until", "breaker_opened"])
    clear_alert(AlertKind.BREAKER_OPEN, str(provider.pk), now=now)


def _rest_number(provider: Provider, attempt: CallAttempt, now: datetime) -> None:
    numbers = CallerNumber.objects.filter(provider=provider, number=attempt.from_number)
    numbers.update(rests_until=now + NUMBER_RESTS, rests_because=attempt.disconnection_reason[:40])
    raise_alert(AlertKind.NUMBER_RESTS, attempt.from_number, {"because": attempt.disconnection_reason})


def _began_before(provider: Provider, attempt: CallAttempt) -> bool:
    """Say whether a call began before the breaker's last probe or closing: it proves nothing new."""
    return provider.breaker_until is not None and attempt.claimed_at < provider.breaker_until


def _trip(provider: Provider, outcome: Outcome, now: datetime) -> None:
    """Open the breaker on a burst, or again when the probe failed. A bad list of numbers never does."""
    if provider.breaker == BreakerState.CLOSED and not _is_burst(_ended(provider, now)):
        return
    wait = min(FIRST_OPEN * 2 ** min(provider.breaker_opened, 8), LONGEST_OPEN)
    provider.breaker, provider.breaker_cause = BreakerState.OPEN, str(outcome)
    provider.breaker_until = now + wait
    provider.breaker_opened = min(provider.breaker_opened + 1, 8)
    provider.save(update_fields=["breaker", "breaker_cause", "breaker_until", "breaker_opened"])
    raise_alert(AlertKind.BREAKER_OPEN, str(provider.pk), {"cause": str(outcome)})


def _ended(provider: Provider, now: datetime) -> dict[str, int]:
    ended = CallAttempt.objects.filter(provider=provider, closed_at__gt=now - BURST).exclude(accepted_at=None)
    if provider.breaker_until:
        # What opened it once would open it again with the first call after it closed.
        ended = ended.filter(claimed_at__gte=provider.breaker_until)
    return ended.aggregate(calls=Count("id"), faults=Count("id", filter=Q(outcome__in=FAULTS)))


def _is_burst(ended: dict[str, int]) -> bool:
    return ended["calls"] >= BURST_LEAST and ended["faults"] > BURST_SHARE * ended["calls"]


def _tell_many_failures(attempt: CallAttempt, now: datetime) -> None:
    calls = CallAttempt.objects.filter(
        campaign=attempt.campaign_id, claimed_at__gt=now - MANY_FAILURES_WITHIN, state=AttemptState.CLOSED
    ).exclude(accepted_at=None)
    ended = calls.aggregate(calls=Count("id"), failures=Count("id", filter=Q(outcome__in=FAILURES)))
    settings = CampaignSettings.objects.filter(pk=1).first() or CampaignSettings()
    is_many = ended["failures"] * 100 > settings.many_failures_percent * ended["calls"]
    if ended["calls"] >= MANY_FAILURES_LEAST and is_many:
        raise_alert(AlertKind.MANY_FAILURES, str(attempt.campaign_id), ended)
