"""A campaign while it runs: its figures, open calls, lines, money, alerts and pace, all of one moment."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMinute

from campaigns.models import Account, CallAlert, CallAttempt, CallerNumber, Campaign
from campaigns.queries.accounts import AccountSummary, summary_of
from campaigns.queries.choosing import Choice
from campaigns.queries.stops import Stop, stops_of
from campaigns.queries.summaries import CampaignSummary, summary
from campaigns.rules import AT_WORK, AlertKind

OPEN_SHOWN = 25
# How far back the pace is looked at, and in what steps.
PACE = timedelta(hours=1)
STEP = timedelta(minutes=5)
OF_CAMPAIGN = (AlertKind.NO_FUNDS, AlertKind.SPEND_CAP, AlertKind.MANY_FAILURES)
OF_PROVIDER = (AlertKind.PROVIDER_STOPPED, AlertKind.BREAKER_OPEN, AlertKind.SLOTS_DIFFER)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that calls hold now: this campaign's, its account's, its provider's."""

    campaign: int
    account: int
    provider: int


@dataclass(frozen=True, slots=True)
class Step:
    """Calls that the provider took from a moment on, for five minutes."""

    at: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the board of a campaign shows; `open_calls` are the oldest ones, there may be more."""

    campaign: Campaign
    summary: CampaignSummary
    stops: list[Stop]
    open_calls: list[CallAttempt]
    lines: Lines
    day: AccountSummary
    alerts: list[CallAlert]
    pace: list[Step]

    @property
    def hourly(self) -> int:
        """Count the calls of the last hour."""
        return sum(step.calls for step in self.pace)

    @property
    def at_work(self) -> int:
        """Count the people who are being called."""
        return self.summary.status.count(AT_WORK)


def board_of(found: Campaign, *, now: datetime) -> Board:
    """Return the board of a campaign that `campaign_numbered` read. Twelve queries, whatever its size."""
    return Board(
        campaign=found,
        summary=summary(found),
        stops=stops_of(choice=Choice(campaign=found.pk), now=now, over=False),
        open_calls=list(open_calls_of(found)[:OPEN_SHOWN]),
        lines=lines_of(found),
        day=summary_of(account=found.account, now=now),
        alerts=alerts_of(found),
        pace=_pace(found, now),
    )


def open_calls_of(found: Campaign) -> QuerySet[CallAttempt]:
    """Return the calls of a campaign whose end is not settled, the oldest first, with whom they are to."""
    return CallAttempt.objects.open().filter(campaign=found).select_related("entry").order_by("id")


def alerts_of(found: Campaign) -> list[CallAlert]:
    """Return the live alerts about a campaign, its provider and the provider's numbers. One query."""
    provider = found.account.provider_id
    about = Q(kind__in=OF_CAMPAIGN, subject=str(found.pk))
    if provider is not None:
        numbers = CallerNumber.objects.filter(provider=provider).values("number")
        about |= Q(kind__in=OF_PROVIDER, subject=str(provider))
        about |= Q(kind=AlertKind.NUMBER_RESTS, subject__in=numbers)
    return list(CallAlert.objects.filter(about, cleared_at=None).order_by("id"))


def lines_of(found: Campaign) -> Lines:
    """Return how many lines a campaign, its account and its provider hold (C18). One query.

    Those of an account that has left another provider may be held there.
    """
    account: Account = found.account
    at_provider = Q(provider=account.provider_id)
    held = CallAttempt.objects.holding_slot().filter(at_provider | Q(account=account)).order_by()
    counted = held.aggregate(
        campaign=Count("pk", filter=Q(campaign=found)),
        account=Count("pk", filter=Q(account=account)),
        provider=Count("pk", filter=at_provider),
    )
    return Lines(**counted)


def _pace(found: Campaign, now: datetime) -> list[Step]:
    """Return the calls of the last hour in steps of five minutes, the oldest first."""
    since = now - PACE
    # The index knows when calls were claimed; a request leaves seconds later.
    lately = CallAttempt.objects.filter(campaign=found, claimed_at__gt=since, accepted_at__gt=since)
    by_minute = lately.order_by().annotate(at=TruncMinute("accepted_at")).values_list("at")
    steps: Counter[int] = Counter()
    for at, calls in by_minute.annotate(calls=Count("pk")):
        steps[int((at - since) / STEP)] += calls
    return [Step(since + place * STEP, steps[place]) for place in range(int(PACE / STEP))]
