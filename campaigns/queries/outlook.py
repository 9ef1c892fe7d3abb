"""How long does a campaign still take at its pace, and when was something last heard of it?"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMinute

from campaigns.models import CallAttempt, Campaign
from campaigns.queries.campaigns import status_of
from campaigns.rules import CALLABLE, CampaignState
from tenants.jobs.progress import range_of

# How far back the pace is looked at, and in what steps.
PACE = timedelta(hours=1)
STEP = timedelta(minutes=5)
# Earlier any forecast is noise (W2).
SURE_AFTER = timedelta(seconds=5)
# The newest calls: what was heard last is of one of them.
NEWEST = 25


@dataclass(frozen=True, slots=True)
class Step:
    """Calls that the provider took from a moment on, for five minutes."""

    at: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """Seconds of calling that are left, (low, high), None when none can be told; the last sign of a call."""

    eta_s: tuple[int, int] | None
    heartbeat_at: datetime | None


def outlook_of(found: Campaign, *, now: datetime, pace: list[Step] | None = None) -> Outlook:
    """Return it, by the clock of the campaign's calls. Two queries, one with the pace at hand."""
    steps = pace_of(found, now=now) if pace is None else pace
    return Outlook(_eta(found, [step for step in steps if step.calls], now), _last_sign(found))


def pace_of(found: Campaign, *, now: datetime) -> list[Step]:
    """Return the calls of the last hour in steps of five minutes, the oldest first. One query."""
    since = now - PACE
    # The index knows when calls were claimed; a request leaves seconds later.
    lately = CallAttempt.objects.filter(campaign=found, claimed_at__gt=since, accepted_at__gt=since)
    by_minute = lately.order_by().annotate(at=TruncMinute("accepted_at")).values_list("at")
    steps: Counter[int] = Counter()
    for at, calls in by_minute.annotate(calls=Count("pk")):
        steps[int((at - since) / STEP)] += calls
    return [Step(since + place * STEP, steps[place]) for place in range(int(PACE / STEP))]


def _eta(found: Campaign, busy: list[Step], now: datetime) -> tuple[int, int] | None:
    """Return it by the steps that have calls; the hours before the first, or a pause, are no pace."""
    waiting = status_of(found).count(CALLABLE)
    if found.state != CampaignState.RUNNING or found.started_at is None or not (busy and waiting):
        return None
    watched = now - max(busy[0].at, found.started_at)
    if watched < SURE_AFTER:
        return None
    return range_of(watched.total_seconds() * waiting / sum(step.calls for step in busy))


def _last_sign(found: Campaign) -> datetime | None:
    newest = CallAttempt.objects.filter(campaign=found).order_by("-claimed_at")
    rows = newest.values_list("claimed_at", "accepted_at", "closed_at")[:NEWEST]
    signs = [found.started_at, *(at for row in rows for at in row)]
    return max((at for at in signs if at is not None), default=None)
