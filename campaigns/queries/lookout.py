"""What about campaigns needs a person's eye: live alerts, people who wait for somebody (W5)."""

from dataclasses import dataclass

from django.db.models import Q

from campaigns.models import CallAlert, Campaign
from campaigns.queries.campaigns import campaigns
from campaigns.queries.choosing import Choice
from campaigns.rules import ALERTS_OF_CAMPAIGN, CAMPAIGN_ENDS


@dataclass(frozen=True, slots=True)
class Lookout:
    """Live alerts with the campaign they are about, if any, and campaigns whose people wait for somebody."""

    alerts: list[tuple[CallAlert, Campaign | None]]
    held: list[Campaign]


def lookout(*, choice: Choice, most: int) -> Lookout:
    """Return what needs an eye, at most `most` campaigns. Three queries."""
    live = list(CallAlert.objects.filter(cleared_at=None).order_by("id"))
    named = {int(alert.subject) for alert in live if _is_of_campaign(alert)}
    known = {one.pk: one for one in campaigns().filter(choice.campaigns(), pk__in=named)} if named else {}
    alerts = [(alert, known.get(int(alert.subject)) if _is_of_campaign(alert) else None) for alert in live]
    waits = Q(tally__needs_review__gt=0) | Q(tally__on_hold__gt=0)
    held = campaigns().filter(choice.campaigns(), waits).exclude(state__in=CAMPAIGN_ENDS)
    # An alert about a campaign that was not chosen is somebody else's.
    shown = [(alert, found) for alert, found in alerts if found or not _is_of_campaign(alert)]
    return Lookout(shown, list(held[:most]))


def _is_of_campaign(alert: CallAlert) -> bool:
    return alert.kind in ALERTS_OF_CAMPAIGN and alert.subject.isdecimal()
