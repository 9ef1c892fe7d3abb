"""What the house's alerts hear of calls: live alerts of staff, and accounts that run out of money (W16)."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.utils.translation import gettext as _

from campaigns.models import Account, Campaign
from campaigns.models.words import ALERT_LABELS
from campaigns.queries.choosing import Choice
from campaigns.queries.lookout import lookout
from campaigns.reports import addresses
from campaigns.reports.attention import LEVELS, WHYS
from campaigns.rules import AlertKind, BillingType, CampaignState
from tenants.display.formats import Formats
from tenants.display.home import Attention
from tenants.display.watches import Watch
from tenants.records.actions.alerts import Alarm

APP = "campaigns."
LOW = f"{APP}low_balance"
# Less than an hour of all its lines in full use: time enough to top it up.
LEAST_MINUTES = 60


def _live(_now: datetime) -> Iterator[Alarm]:
    for alert, about in lookout(choice=Choice(), most=0).alerts:
        named = {"campaign": about.pk, "name": about.name} if about else {}
        yield Alarm(f"{APP}{alert.kind}", alert.subject, named)


def _tell(alarm: Alarm, _formats: Formats) -> Attention:
    kind, number = AlertKind(alarm.code.removeprefix(APP)), alarm.figures.get("campaign")
    name = f"{alarm.figures['name']}: " if number else ""
    href = addresses.campaign(number) if number else ""
    return Attention(f"{name}{ALERT_LABELS[kind]}", str(WHYS.get(kind, "")), href, LEVELS.get(kind, "warn"))


def _low(_now: datetime) -> Iterator[Alarm]:
    """Look at accounts that run and pay ahead. One query."""
    running = Campaign.objects.filter(account=OuterRef("pk"), state=CampaignState.RUNNING)
    minute = Case(When(billing_type=BillingType.MINUTES, then=Value(Decimal(1))), default="price_per_minute")
    paying = Account.objects.exclude(billing_type=BillingType.UNLIMITED).filter(Exists(running))
    low = paying.filter(balance__lt=minute * F("max_concurrent_calls") * LEAST_MINUTES)
    for number, name in low.order_by("pk").values_list("pk", "name"):
        yield Alarm(LOW, str(number), {"name": name})


def _tell_low(alarm: Alarm, _formats: Formats) -> Attention:
    text = _("The balance of %(account)s is low.") % {"account": alarm.figures.get("name", "")}
    why = _("It lasts for less than an hour of all its lines; without money its people are put on hold.")
    return Attention(text, why, addresses.dashboard(), "warn")


# Home says the first by itself.
CALLS = Watch(frozenset(f"{APP}{kind}" for kind in AlertKind), look=_live, tell=_tell, at_home=False)
MONEY = Watch(frozenset({LOW}), look=_low, tell=_tell_low)
