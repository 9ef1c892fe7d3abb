"""Chosen campaigns over some days as page, paper and workbook tell them: gathered once (Exports)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.queries.choosing import Choice
from campaigns.queries.hours import Timetable, timetable
from campaigns.queries.lookout import lookout
from campaigns.queries.results import (
    Results,
    Standing,
    campaigns_page,
    results,
    running_campaigns,
    standing,
)
from campaigns.reports import addresses, charts, tiles
from campaigns.reports.attention import attention
from campaigns.reports.lines import CampaignLine, lines_of
from tenants.display.charts import Bars, Columns
from tenants.display.formats import Formats
from tenants.display.home import Attention, Tile

RUNNING = 12


@dataclass(frozen=True, slots=True)
class Named:
    """Whose figures they are, by name; "" is everybody's."""

    account: str = ""
    campaign: str = ""
    use_case: str = ""

    @property
    def title(self) -> str:
        """What a report of them is headed with."""
        return self.campaign or self.account or _("Campaigns")

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """(name, value) of each filter."""
        return (
            (_("Account"), self.account or _("All accounts")),
            (_("Campaign"), self.campaign or _("All campaigns")),
            (_("Use case"), self.use_case or _("All use cases")),
        )


@dataclass(frozen=True, slots=True)
class DashboardLook:
    """What the calls of some days came to, against as many days before; campaigns of their whole life.

    `lines` are the newest campaigns; `further` is the number below which they go on, None at their end.
    """

    choice: Choice
    results: Results
    times: Timetable
    tiles: list[Tile]
    daily: Columns
    outcomes: Bars
    standing: Standing
    running: list[CampaignLine]
    attention: list[Attention]
    lines: list[CampaignLine]
    further: int | None


def dashboard_look(
    *, choice: Choice, formats: Formats, most: int, before: int | None = None, is_handed_over: bool = False
) -> DashboardLook:
    """Return chosen campaigns, `most` below the number `before`; both days are needed. Ten queries.

    What needs attention is this house's own: what `is_handed_over` does not even ask for it.
    """
    found, times, params = results(choice=choice), timetable(choice=choice), addresses.params_of(choice)
    rows, further = campaigns_page(choice=choice, before=before, size=most)
    return DashboardLook(
        choice,
        found,
        times,
        tiles=tiles.of_results(found, params, formats),
        daily=charts.daily(found.now.days, params, formats),
        outcomes=charts.outcomes(times, params),
        standing=standing(choice=choice),
        running=lines_of(running_campaigns(choice=choice, most=RUNNING)),
        attention=[] if is_handed_over else attention(lookout(choice=choice, most=RUNNING), formats),
        lines=lines_of(rows),
        further=further,
    )
