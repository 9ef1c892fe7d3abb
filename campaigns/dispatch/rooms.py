"""How many calls may begin now, and when is the next look worth while? Slots and rate, exact (C18, C19)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from campaigns.models import Account, CallAttempt, Provider
from campaigns.rules import BreakerState

AHEAD = timedelta(seconds=1)  # calls are claimed for so long before they leave
# A full provider tells by its events when a line is free; this is for a lost one.
FULL_LOOK = timedelta(seconds=15)
# A probe whose end is told so late keeps the others back no longer: the next one goes.
PROBE_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Room:
    """What a provider takes now: the moments at which calls may leave, or when to look again."""

    moments: tuple[datetime, ...]
    look_at: datetime | None = None

    def __len__(self) -> int:
        return len(self.moments)


def lines_in_use(provider: Provider) -> int:
    """Return how many lines are held at a provider. One query."""
    return CallAttempt.objects.holding_slot().filter(provider=provider).count()


def lines_held_by(accounts: Collection[Account]) -> Mapping[tuple[int, int], int]:
    """Return how many lines each (account, campaign) holds. One query.

    At whichever provider: an account that has left for another one has its last calls still open (C18).
    """
    held = CallAttempt.objects.holding_slot().filter(account__in=accounts)
    counted = held.order_by().values_list("account", "campaign").annotate(calls=Count("id"))
    return {(account, campaign): calls for account, campaign, calls in counted}


def room_of(provider: Provider, *, in_use: int, now: datetime) -> Room:
    """Return what a held provider takes now."""
    rests = rest_of(provider, now=now)
    if provider.stopped_at or rests:
        return Room((), rests)
    free = lines_of(provider) - in_use
    if provider.breaker != BreakerState.CLOSED:
        # Not all that is held: a long talk from before would keep the probe back.
        free = min(free, 1 - _probing(provider, now))
    if free <= 0:
        return Room((), now + FULL_LOOK)
    found = moments(provider, most=free, now=now)
    return Room(found, None if found else provider.next_call_at)


def _probing(provider: Provider, now: datetime) -> int:
    """Return how many calls try whether a provider works again. One query.

    Not only those that hold a line: a talk that ended in a fault of the platform waits for its analysis.
    """
    since = _probing_since(provider, now)
    return CallAttempt.objects.open().filter(provider=provider, claimed_at__gte=since).count()


def _probing_since(provider: Provider, now: datetime) -> datetime:
    return max(provider.breaker_until or now, now - PROBE_PATIENCE)


def takes_again(provider: Provider, attempt: CallAttempt, *, now: datetime) -> bool:
    """Say whether a held provider may be sent a request once more: as room is, but its line is held already.

    Behind an open breaker only the call that tries goes on trying.
    """
    if provider.stopped_at or rest_of(provider, now=now):
        return False
    return provider.breaker == BreakerState.CLOSED or attempt.claimed_at >= _probing_since(provider, now)


def rest_of(provider: Provider, *, now: datetime) -> datetime | None:
    """Return until when a provider is left alone: after a 429, or while its breaker is open."""
    waits = [provider.rests_until]
    if provider.breaker == BreakerState.OPEN:
        waits.append(provider.breaker_until)
    return max((until for until in waits if until and until > now), default=None)


def lines_of(provider: Provider) -> int:
    """Return how many calls a provider takes at once: our cap, or its own word when that is less."""
    told = provider.concurrency_told
    return provider.max_concurrent_calls if told is None else min(provider.max_concurrent_calls, told)


def moments(provider: Provider, *, most: int, now: datetime) -> tuple[datetime, ...]:
    """Return when the next calls may leave: evenly, never faster than the rate, at most a second ahead."""
    each = timedelta(seconds=1 / provider.calls_per_second)
    first = max(now, provider.next_call_at or now)
    count = min(most, max(1, int((now + AHEAD - first) / each))) if first <= now + AHEAD else 0
    return tuple(first + each * number for number in range(count))


def next_after(provider: Provider, last: datetime) -> datetime:
    """Return from when on another call may leave, once `last` is taken."""
    return last + timedelta(seconds=1 / provider.calls_per_second)
