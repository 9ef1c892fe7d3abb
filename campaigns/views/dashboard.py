"""The viewers' dashboard of campaigns: what calls came to, what runs, what needs a look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from campaigns.models.words import CAMPAIGN_STATE_LABELS, USE_CASE_LABELS
from campaigns.queries.campaigns import progress, status_of
from campaigns.queries.choosing import Choice
from campaigns.queries.hours import timetable
from campaigns.queries.lookout import lookout
from campaigns.queries.results import (
    People,
    campaigns_page,
    people_of,
    results,
    running_campaigns,
    standing,
)
from campaigns.reports import addresses, charts, tiles
from campaigns.reports.attention import attention
from campaigns.rules import CampaignState
from campaigns.views import choosing
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats
from tenants.display.paging import Pages

PAGE = 25
RUNNING = 12
PRESETS = (7, 30, 90)
TONES = {
    CampaignState.RUNNING: "running",
    CampaignState.PAUSED: "warn",
    CampaignState.COMPLETED: "good",
    CampaignState.CANCELLED: "bad",
}


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in a line: its figures by their one definition, its state in words."""

    campaign: Campaign
    state: str
    tone: str
    progress: float
    people: People


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what `account`, `campaign` and `use_case` came to from `start_date` to `end_date` (W6)."""
    formats = formats_for(request)
    chosen = choosing.chosen(request, zone=str(formats.zone))
    if not chosen.campaigns:
        return render(request, "campaigns/dashboard.html", {"is_empty": True})
    today = choosing.today_of(chosen.choice)
    start, end = choosing.period(chosen.choice.start, chosen.choice.end, today=today)
    choice = replace(chosen.choice, start=start, end=end)
    page = _figures(choice, formats) | _standing(choice, formats) | _list(request, chosen, choice)
    filters = {"chosen": choice, "options": chosen, "use_cases": USE_CASE_LABELS.items()}
    filters |= {"presets": _presets(chosen, today, start, end), "is_narrowed": bool(chosen.params)}
    return render(request, "campaigns/dashboard.html", page | filters)


def line_of(found: Campaign) -> CampaignLine:
    """Tell a campaign that was read with its counters; no query."""
    state = CampaignState(found.state)
    words, done = str(CAMPAIGN_STATE_LABELS[state]), progress(status_of(found))
    return CampaignLine(found, words, TONES.get(state, ""), done, people_of(found))


def _figures(choice: Choice, formats: Formats) -> dict[str, object]:
    found, params = results(choice=choice), choosing.params_of(choice)
    return {
        "tiles": tiles.of_results(found, params, formats),
        "daily": charts.daily(found.now.days, params, formats),
        "outcomes": charts.outcomes(timetable(choice=choice), params),
        "last_at": found.now.last_at,
    }


def _standing(choice: Choice, formats: Formats) -> dict[str, object]:
    return {
        "standing": standing(choice=choice),
        "running": lines_of(running_campaigns(choice=choice, most=RUNNING)),
        "attention": attention(lookout(choice=choice, most=RUNNING), formats),
    }


def lines_of(found: Iterable[Campaign]) -> list[CampaignLine]:
    """Tell campaigns that were read with their counters."""
    return [line_of(one) for one in found]


def _list(request: HttpRequest, chosen: choosing.Chosen, choice: Choice) -> dict[str, object]:
    rows, before = campaigns_page(choice=choice, before=asked.number(request, "before"), size=PAGE)
    older = addresses.dashboard(**chosen.params, before=before) if before else ""
    first = addresses.dashboard(**chosen.params) if request.GET.get("before") else ""
    return {"lines": lines_of(rows), "pages": Pages(len(rows), older, first)}


def _presets(chosen: choosing.Chosen, today: date, start: date, end: date) -> list[tuple[int, str, bool]]:
    """Return (days, address, is shown) of the usual periods."""
    kept: Mapping[str, str] = {
        name: value for name, value in chosen.params.items() if not name.endswith("_date")
    }
    found = [(days, today - timedelta(days=days - 1)) for days in PRESETS]
    return [
        (days, addresses.dashboard(**kept, start_date=first, end_date=today), (first, today) == (start, end))
        for days, first in found
    ]
