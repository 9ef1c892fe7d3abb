"""One campaign as page, paper and workbook tell it: gathered once, so that they cannot disagree (Exports)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from campaigns.actions.moments import moment_of
from campaigns.models import Campaign
from campaigns.models.words import ENTRY_STATE_LABELS, REASON_LABELS, USE_CASE_LABELS
from campaigns.queries.campaigns import status_of
from campaigns.queries.choosing import Choice
from campaigns.queries.entry_rows import PromiseKind
from campaigns.queries.experiment_words import ToldExperiment, told
from campaigns.queries.experiments import Experiment, experiment_of
from campaigns.queries.hours import Timetable, timetable
from campaigns.queries.promised import PromisedDay, Promises, promised_days, promises_of
from campaigns.queries.stops import Stop, stops_of
from campaigns.reports import addresses, charts, tiles
from campaigns.reports.lines import CampaignLine, line_of
from campaigns.rules import UseCase
from tenants.display.charts import Bars, Columns
from tenants.display.formats import Formats
from tenants.display.home import Tile

# Each with its currency: so many a chart draws, so many a workbook lists.
DRAWN_DAYS, PROMISED_DAYS = 60, 1_000


@dataclass(frozen=True, slots=True)
class Life:
    """What the counters say of a campaign's whole life."""

    line: CampaignLine
    use_case: str
    tiles: list[Tile]
    funnel: Bars
    states: Bars


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of the chosen days: what they came to, when somebody answered."""

    times: Timetable
    outcomes: Bars
    hours: Columns
    weekdays: Columns


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """Promises in a currency, the part of the debt they cover, the lists of late and open ones."""

    sums: Promises
    share: float | None
    late: str
    without: str


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised in the campaign's whole life; the newest days alone when there `are_more`."""

    lines: list[PromiseLine]
    days: list[PromisedDay]
    are_more: bool
    chart: Columns


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


@dataclass(frozen=True, slots=True)
class Versions:
    """What the versions of the script have shown, as counted and as told."""

    found: Experiment
    told: ToldExperiment


@dataclass(frozen=True, slots=True)
class CampaignLook:
    """A campaign with its calls of some days; `choice` names the days, None for all of them."""

    campaign: Campaign
    choice: Choice
    life: Life
    calls: Calls
    promised: Promised | None
    waiting: list[StopLine]
    over: list[StopLine]
    versions: Versions | None


def campaign_look(
    *,
    campaign: Campaign,
    start: date | None,
    end: date | None,
    formats: Formats,
    now: datetime,
    promised: int = DRAWN_DAYS,
) -> CampaignLook:
    """Return a campaign, read with its counters, and its calls of some days. At most six queries.

    `promised`: how many days and currencies of promises are told, the newest ones.
    """
    whole = Choice(campaign=campaign.pk, zone=campaign.call_settings["timezone"])
    choice = replace(whole, start=start, end=end)
    stops = stops_of(choice=whole, now=moment_of(campaign, now))
    entries = campaign.tally.entries or sum(one.entries for one in stops)
    return CampaignLook(
        campaign,
        choice,
        life=_life(campaign),
        calls=_calls(choice, formats),
        promised=_promised(whole, promised, formats),
        waiting=[_stop(one, entries, whole) for one in stops if not one.is_final],
        over=[_stop(one, entries, whole) for one in stops if one.is_final],
        versions=_versions(campaign, formats),
    )


def _life(found: Campaign) -> Life:
    line, tally, params = line_of(found), found.tally, {"campaign": found.pk}
    shown = tiles.of_life(
        line.people,
        params,
        calls=tally.calls,
        charged=tally.charged,
        unit=found.account.unit,
        talk_ms=tally.talk_ms,
    )
    return Life(
        line,
        str(USE_CASE_LABELS[UseCase(found.use_case)]),
        shown,
        funnel=charts.funnel(line.people, tally.entries, params),
        states=charts.states(status_of(found).states, params),
    )


def _calls(choice: Choice, formats: Formats) -> Calls:
    found, params = timetable(choice=choice), addresses.params_of(choice)
    return Calls(
        found,
        outcomes=charts.outcomes(found, params),
        hours=charts.by_hour(found, params, choice.zone),
        weekdays=charts.by_weekday(found, params, choice.zone, formats),
    )


def _promised(whole: Choice, most: int, formats: Formats) -> Promised | None:
    found = promises_of(choice=whole)
    if not found:
        return None
    read, params = promised_days(choice=whole, most=most + 1), addresses.params_of(whole)
    days, drawn = read[-most:], read[-DRAWN_DAYS:]
    chart = charts.promised(drawn, found[0].currency, params, formats, are_more=len(read) > len(drawn))
    return Promised([_promise(one, params) for one in found], days, len(read) > len(days), chart)


def _promise(one: Promises, params: Mapping[str, str]) -> PromiseLine:
    share = float(one.amount / one.owed) if one.owed else None
    late, without = (
        addresses.entries(**params, promise=kind) for kind in (PromiseKind.LATE, PromiseKind.OPEN)
    )
    return PromiseLine(one, share, late, without)


def _stop(one: Stop, entries: int, whole: Choice) -> StopLine:
    href = addresses.entries(**addresses.params_of(whole), state=one.state, reason=one.reason)
    words = str(ENTRY_STATE_LABELS[one.state]), str(REASON_LABELS[one.reason])
    return StopLine(*words, one.entries, one.entries / entries, one.due, one.earliest_at, href)


def _versions(campaign: Campaign, formats: Formats) -> Versions | None:
    found = experiment_of(campaign=campaign)
    if found is None:
        return None
    return Versions(found, told(found, formats, lambda arm: addresses.entries(campaign=campaign.pk, arm=arm)))
