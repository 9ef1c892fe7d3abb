"""A campaign while it runs: its figures, open calls, lines, money, alerts and pace, all of one moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from campaigns.models import Account, CallAlert, CallAttempt, CallerNumber, Campaign
from campaigns.queries.accounts import AccountSummary, summary_of
from campaigns.queries.choosing import Choice
from campaigns.queries.outlook import Outlook, Step, outlook_of, pace_of
from campaigns.queries.stops import Stop, stops_of
from campaigns.queries.summaries import CampaignSummary, summary
from campaigns.rules import ALERTS_OF_CAMPAIGN, ALERTS_OF_PROVIDER, AT_WORK, AlertKind

OPEN_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that calls hold now: this campaign's, its account's, its provider's."""

    campaign: int
    account: int
    provider: int


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
    outlook: Outlook

    @property
    def hourly(self) -> int:
        """Count the calls of the last hour."""
        return sum(step.calls for step in self.pace)

    @property
    def at_work(self) -> int:
        """Count the people who are being called."""
        return self.summary.status.count(AT_WORK)


def board_of(found: Campaign, *, now: datetime) -> Board:
    """Return the board of a campaign that `campaign_numbered` read. Thirteen queries, whatever its size."""
    pace = pace_of(found, now=now)
    return Board(
        campaign=found,
        summary=summary(found),
        stops=stops_of(choice=Choice(campaign=found.pk), now=now, over=False),
        open_calls=list(open_calls_of(found)[:OPEN_SHOWN]),
        lines=lines_of(found),
        day=summary_of(account=found.account, now=now),
        alerts=alerts_of(found),
        pace=pace,
        outlook=outlook_of(found, now=now, pace=pace),
    )


def open_calls_of(found: Campaign) -> QuerySet[CallAttempt]:
    """Return the calls of a campaign whose end is not settled, the oldest first, with whom they are to."""
    return CallAttempt.objects.open().filter(campaign=found).select_related("entry").order_by("id")


def alerts_of(found: Campaign) -> list[CallAlert]:
    """Return the live alerts about a campaign, its provider and the provider's numbers. One query."""
    provider = found.account.provider_id
    about = Q(kind__in=ALERTS_OF_CAMPAIGN, subject=str(found.pk))
    if provider is not None:
        numbers = CallerNumber.objects.filter(provider=provider).values("number")
        about |= Q(kind__in=ALERTS_OF_PROVIDER, subject=str(provider))
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
