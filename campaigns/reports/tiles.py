"""The figures of campaigns as tiles: what they are, how they moved, which list stands behind them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.queries.campaigns import minutes
from campaigns.queries.entry_rows import Step
from campaigns.queries.results import Day, People, Period, Results
from campaigns.reports import addresses
from tenants.display.charts import Spark
from tenants.display.formats import Formats, Number
from tenants.display.home import Change, Tile, Tone

Params = Mapping[str, object]
CENTS = 2


def of_results(found: Results, params: Params, formats: Formats) -> list[Tile]:
    """Return the tiles of some days against as many before."""
    now, before, days = found.now, found.before, len(found.now.days)
    since = ngettext("against the day before", "against the %(count)d days before", days) % {"count": days}
    return [
        _calls(now, before, since, params, formats),
        *_rates(now.people, before.people, since, params),
        _minutes(now, before, since, params, formats),
        *_charged(now, before, since, params),
    ]


def of_life(
    people: People, params: Params, *, calls: int, charged: Decimal, unit: str, talk_ms: int
) -> list[Tile]:
    """Return the tiles of a campaign's whole life, from its counters."""
    return [
        *(_rate(*each, None, "", params) for each in _told(people)),
        Tile(_("Calls"), calls, addresses.calls(**params)),
        Tile(_("Minutes of talk"), minutes(talk_ms)),
        Tile(_charged_label(unit), round(charged, CENTS), places=CENTS),
    ]


def _calls(now: Period, before: Period, since: str, params: Params, formats: Formats) -> Tile:
    spark = _spark("spark-calls", _("Calls"), now.days, _calls_of, formats)
    href = addresses.calls(**params)
    return Tile(_("Calls"), now.calls, href, Change(now.calls, before.calls), since, spark=spark)


def _minutes(now: Period, before: Period, since: str, params: Params, formats: Formats) -> Tile:
    label, talked, change = _("Minutes of talk"), minutes(now.talk_ms), minutes(before.talk_ms)
    spark = _spark("spark-minutes", label, now.days, _minutes_of, formats)
    return Tile(label, talked, addresses.calls(**params), Change(talked, change), since, spark=spark)


def _rates(now: People, before: People, since: str, params: Params) -> list[Tile]:
    pairs = zip(_told(now), _told(before), strict=True)
    return [_rate(*shown, was[1], since, params) for shown, was in pairs]


def _told(people: People) -> list[tuple[str, float | None, Step]]:
    """Return the three rates by their one definition, each with the list of those who count."""
    return [
        (_("Contact rate, %"), people.contact, Step.REACHED),
        (_("Promise rate, %"), people.promise, Step.PROMISED),
        (_("Success rate, %"), people.success, Step.SUCCEEDED),
    ]


def _rate(
    label: str, now: float | None, step: Step, before: float | None, since: str, params: Params
) -> Tile:
    href = addresses.entries(**params, step=step)
    if now is None or before is None:
        return Tile(label, now, href)
    tone: Tone = "calm" if now == before else "good" if now > before else "bad"
    return Tile(label, now, href, Change(now, before, tone), since)


def _charged(now: Period, before: Period, since: str, params: Params) -> list[Tile]:
    nothing = Decimal(0)
    return [
        Tile(
            _charged_label(unit),
            round(now.charged.get(unit, nothing), CENTS),
            addresses.calls(**params),
            Change(now.charged.get(unit, nothing), before.charged.get(unit, nothing), places=CENTS),
            since,
            places=CENTS,
        )
        for unit in sorted({*now.charged, *before.charged})
    ]


def _charged_label(unit: str) -> str:
    return _("Charged, %(unit)s") % {"unit": unit}


def _calls_of(day: Day) -> int:
    return day.calls


def _minutes_of(day: Day) -> float:
    return minutes(day.talk_ms)


def _spark(
    key: str, title: str, days: Sequence[Day], value: Callable[[Day], Number], formats: Formats
) -> Spark | None:
    if len(days) < 2:
        return None
    return Spark(key, title, "", tuple(formats.day(day.on) for day in days), tuple(map(value, days)))
