"""One campaign: how far it is, when people answer, what they promised, why the others are not called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.actions.moments import moment_of
from campaigns.models import Campaign
from campaigns.models.words import ENTRY_STATE_LABELS, REASON_LABELS, USE_CASE_LABELS
from campaigns.queries.campaigns import campaign_numbered, status_of
from campaigns.queries.choosing import Choice
from campaigns.queries.entry_rows import PromiseKind
from campaigns.queries.experiment_words import ToldExperiment, told
from campaigns.queries.experiments import experiment_of
from campaigns.queries.hours import timetable
from campaigns.queries.promised import Promises, promised_days, promises_of
from campaigns.queries.results import people_of
from campaigns.queries.stops import Stop, stops_of
from campaigns.reports import addresses, charts, tiles
from campaigns.rules import UseCase
from campaigns.views import choosing, files
from campaigns.views.dashboard import line_of
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats

PROMISED_DAYS = 60


@dataclass(frozen=True, slots=True)
class StopLine:
    """Why some people are not called, in words, and who they are."""

    state: str
    reason: str
    entries: int
    share: float
    due: int
    earliest_at: datetime | None
    href: str


@require_safe
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show a campaign; `start_date` and `end_date` choose the calls (W6). Raises UnknownCampaign."""
    formats, found = formats_for(request), campaign_numbered(number=campaign_id)
    start, end = choosing.days(request)
    whole = Choice(campaign=found.pk, zone=found.call_settings["timezone"])
    choice = replace(whole, start=start, end=end)
    page = _standing(found) | _calls(choice, formats) | _promises(whole, formats) | _stops(whole, found)
    page |= {"choice": choice, "experiment": _experiment(found, formats)}
    page |= {"files": files.addresses_of("entries", choosing.params_of(whole))}
    return render(request, "campaigns/campaign.html", page)


def _standing(found: Campaign) -> dict[str, object]:
    people, tally, params = people_of(found), found.tally, {"campaign": found.pk}
    life = tiles.of_life(
        people,
        params,
        calls=tally.calls,
        charged=tally.charged,
        unit=found.account.unit,
        talk_ms=tally.talk_ms,
    )
    return {
        "campaign": found,
        "line": line_of(found),
        "use_case": USE_CASE_LABELS[UseCase(found.use_case)],
        "tiles": life,
        "funnel": charts.funnel(people, tally.entries, params),
        "states": charts.states(status_of(found).states, params),
    }


def _calls(choice: Choice, formats: Formats) -> dict[str, object]:
    found, params = timetable(choice=choice), choosing.params_of(choice)
    return {
        "calls": found.calls,
        "outcomes": charts.outcomes(found, params),
        "hours": charts.by_hour(found, params, choice.zone),
        "weekdays": charts.by_weekday(found, params, choice.zone, formats),
    }


def _promises(whole: Choice, formats: Formats) -> dict[str, object]:
    found = promises_of(choice=whole)
    if not found:
        return {"promises": []}
    days = promised_days(choice=whole, most=PROMISED_DAYS)
    params = choosing.params_of(whole)
    return {
        "promises": [_promised(one, params) for one in found],
        "promised": charts.promised(days, found[0].currency, params, formats),
    }


def _promised(one: Promises, params: Mapping[str, str]) -> tuple[Promises, float | None, str, str]:
    """Return promises of a currency, the part of the debt they cover, the lists of late and open ones."""
    share = float(one.amount / one.owed) if one.owed else None
    late, without = (
        addresses.entries(**params, promise=kind) for kind in (PromiseKind.LATE, PromiseKind.OPEN)
    )
    return one, share, late, without


def _stops(whole: Choice, found: Campaign) -> dict[str, object]:
    rows = stops_of(choice=whole, now=moment_of(found, timezone.now()))
    all_of_them = found.tally.entries or sum(row.entries for row in rows)
    return {
        "waiting": [_stop(row, all_of_them, whole) for row in rows if not row.is_final],
        "over": [_stop(row, all_of_them, whole) for row in rows if row.is_final],
    }


def _stop(one: Stop, entries: int, whole: Choice) -> StopLine:
    href = addresses.entries(**choosing.params_of(whole), state=one.state, reason=one.reason)
    words = str(ENTRY_STATE_LABELS[one.state]), str(REASON_LABELS[one.reason])
    return StopLine(*words, one.entries, one.entries / entries, one.due, one.earliest_at, href)


def _experiment(found: Campaign, formats: Formats) -> ToldExperiment | None:
    shown = experiment_of(campaign=found)
    return told(shown, formats, lambda arm: addresses.entries(campaign=found.pk, arm=arm)) if shown else None
