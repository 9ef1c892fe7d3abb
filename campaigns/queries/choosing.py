"""What results are narrowed to: an account, a campaign, a use case, whole days by one clock."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from campaigns.models import Account, CallAttempt, Campaign
from campaigns.rules import CampaignState


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose results: "" and None for everybody's. Days are whole ones of `zone`, both included."""

    account: str = ""
    campaign: int | None = None
    use_case: str = ""
    start: date | None = None
    end: date | None = None
    zone: str = "UTC"

    def campaigns(self, prefix: str = "") -> Q:
        """Return the condition of campaigns; archived ones stand in no sum, but answer by their number."""
        if self.campaign is not None:
            return Q(**{f"{prefix}pk": self.campaign})
        found = ~Q(**{f"{prefix}state": CampaignState.ARCHIVED})
        if self.account:
            found &= Q(**{f"{prefix}account__code": self.account})
        if self.use_case:
            found &= Q(**{f"{prefix}use_case": self.use_case})
        return found

    def days(self, moment: str) -> Q:
        """Return the condition that a moment lies within the days."""
        found = Q()
        if self.start is not None:
            found &= Q(**{f"{moment}__gte": self.midnight(self.start)})
        if self.end is not None:
            found &= Q(**{f"{moment}__lt": self.midnight(self.end + timedelta(days=1))})
        return found

    def midnight(self, day: date) -> datetime:
        """Return when a day begins."""
        return datetime.combine(day, time(), ZoneInfo(self.zone))

    @property
    def bounds(self) -> tuple[date, date]:
        """The first and the last day. Raises ValueError without either."""
        if self.start is None or self.end is None:
            raise ValueError("days were not chosen")
        return self.start, self.end

    @property
    def with_before(self) -> "Choice":
        """The same with as many days before, so that one statement reads both."""
        start, end = self.bounds
        return replace(self, start=start - (end - start) - timedelta(days=1))


def calls_made(choice: Choice) -> QuerySet[CallAttempt]:
    """Return the calls of the chosen campaigns that the provider took, claimed on the chosen days."""
    made = CallAttempt.objects.exclude(accepted_at=None)
    return made.filter(choice.campaigns("campaign__"), choice.days("claimed_at")).order_by()


def accounts_named() -> list[Account]:
    """Return all accounts by name, to choose from. One query."""
    return list(Account.objects.order_by("name", "pk"))


def campaigns_named(*, chosen: int | None, most: int) -> list[Campaign]:
    """Return the newest campaigns to choose from, the chosen one among them. One query, at times two."""
    found = list(Campaign.objects.listed().order_by("-id")[:most])
    if chosen is None or any(one.pk == chosen for one in found):
        return found
    return [*Campaign.objects.filter(pk=chosen), *found]
