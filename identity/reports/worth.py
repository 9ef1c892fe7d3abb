"""One look at the money: the page shows it, its PDF and workbook hand it over, so none disagrees."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from identity.queries.audit import AuditWeek, Funnel, funnel, weekly_audit
from identity.queries.leads import check_leads
from identity.queries.milestones import MilestoneStanding, milestones
from identity.queries.money import currency
from identity.reports import charts
from tenants.display.charts import Bars, Columns
from tenants.display.formats import Formats


@dataclass(frozen=True, slots=True)
class Worth:
    """All milestones, and those of the `span` weeks from Monday `first` to `last` that have leads."""

    now: datetime
    formats: Formats
    span: int
    first: date
    last: date
    currency: str
    milestones: tuple[MilestoneStanding, ...]
    weeks: tuple[AuditWeek, ...]

    @property
    def params(self) -> dict[str, str]:
        """What an address names the look by (W6)."""
        return {"weeks": str(self.span)}

    @property
    def funnel(self) -> Funnel:
        """The weeks together."""
        return funnel(weeks=self.weeks)

    @property
    def steps(self) -> Bars:
        """The chart of how far leads come."""
        return charts.funnel(self.funnel)

    @property
    def amounts(self) -> Columns:
        """The chart of what became of each milestone."""
        return charts.amounts(self.milestones, self.currency)

    @property
    def debt(self) -> Columns:
        """The chart of what is expected, week by week."""
        return charts.debt(self.weeks, self.currency, self.formats)


def worth(*, weeks: int, now: datetime, formats: Formats) -> Worth:
    """Return what leads are worth, with the funnel of the last `weeks` weeks. Raises NoLeads."""
    check_leads()
    today = timezone.localdate(now, timezone=formats.zone)
    first = today - timedelta(weeks=weeks - 1)
    return Worth(
        now=now,
        formats=formats,
        span=weeks,
        first=first - timedelta(days=first.weekday()),
        last=today,
        currency=currency(),
        milestones=milestones(),
        weeks=weekly_audit(first=first, last=today),
    )
