"""What a campaign came to in detail: outcomes, hours, and why people are not called."""

from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.db.models.functions import ExtractHour

from campaigns.models import CallAttempt, Campaign, Entry
from campaigns.queries.campaigns import CampaignStatus, status_of
from campaigns.rules import HELD


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day on the campaign's clock: calls that were made, contacts among them."""

    hour: int
    calls: int
    contacts: int


@dataclass(frozen=True, slots=True)
class CampaignSummary:
    """A campaign's figures: entries by state, why some wait, calls by outcome and by hour, promises."""

    campaign: Campaign
    status: CampaignStatus
    waiting: dict[str, int]
    outcomes: dict[str, int]
    hours: list[Hour]
    promised: Decimal


def summary(found: Campaign) -> CampaignSummary:
    """Return the figures of a campaign that was read with its counters. Four queries."""
    return CampaignSummary(
        campaign=found,
        status=status_of(found),
        waiting=waiting_of(found),
        outcomes=_outcomes(found),
        hours=_hours(found),
        promised=_promised(found),
    )


def waiting_of(found: Campaign) -> dict[str, int]:
    """Return how many entries wait for a cure or a person, by reason. One query."""
    held = Entry.objects.filter(campaign=found, state__in=HELD).order_by("reason")
    return dict(held.values_list("reason").annotate(n=Count("pk")))


def _outcomes(found: Campaign) -> dict[str, int]:
    closed = CallAttempt.objects.filter(campaign=found).exclude(outcome="").order_by("outcome")
    return dict(closed.values_list("outcome").annotate(n=Count("pk")))


def _hours(found: Campaign) -> list[Hour]:
    zone = ZoneInfo(found.call_settings["timezone"])
    made = CallAttempt.objects.filter(campaign=found).exclude(accepted_at=None)
    by_hour = made.annotate(hour=ExtractHour("accepted_at", tzinfo=zone)).order_by("hour").values_list("hour")
    counted = by_hour.annotate(calls=Count("pk"), contacts=Count("pk", filter=Q(is_contact=True)))
    return [Hour(*row) for row in counted]


def _promised(found: Campaign) -> Decimal:
    promises = Entry.objects.filter(campaign=found).exclude(promise_on=None)
    return Decimal(promises.aggregate(n=Sum("promise_amount", default=Decimal(0)))["n"])
