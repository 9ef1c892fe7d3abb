"""Chosen campaigns as a workbook: figures, days, outcomes, every campaign, what needs a look (Exports)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.models.words import USE_CASE_LABELS
from campaigns.queries.campaigns import minutes
from campaigns.queries.results import Period
from campaigns.reports.dashboard import DashboardLook, Named
from campaigns.reports.lines import CampaignLine
from campaigns.reports.sheets import calls_page, rates_of
from campaigns.reports.telling import period_of
from campaigns.rules import UseCase
from tenants.display.books import Block, Page, Ratio
from tenants.display.formats import Formats

# Beyond these nobody reads a list, and each is read with its account and counters.
MOST_CAMPAIGNS = 5_000
WIDTHS = {0: 40, 1: 26, 2: 24, 3: 22}


def pages_of(
    look: DashboardLook, named: Named, formats: Formats, *, organisation: str, now: datetime
) -> Iterator[Page]:
    """Yield every sheet, in the reader's language. No query."""
    yield _overview(look, named, formats, organisation=organisation, now=now)
    yield _days(look)
    yield calls_page(look.outcomes, look.times, look.choice, formats)
    yield _campaigns(look, formats)


def _overview(
    look: DashboardLook, named: Named, formats: Formats, *, organisation: str, now: datetime
) -> Page:
    facts = [
        (_("Organisation"), organisation),
        (_("Period"), period_of(look.choice, formats)),
        *named.told,
        (_("Campaigns"), look.standing.campaigns),
        (_("Entries"), look.standing.entries),
        (_("Last call"), look.results.now.last_at),
        (_("Clock"), look.choice.zone),
        (_("Made"), now),
    ]
    headings = (_("Figure"), _("These days"), _("As many days before"))
    blocks = [Block((), facts), Block(headings, _figures(look))]
    return Page(
        _("Overview"), blocks, f"{named.title} · {_('Report of campaigns')}", widths={0: 34, 1: 40, 2: 24}
    )


def _figures(look: DashboardLook) -> list[tuple[Any, ...]]:
    now, before = look.results.now, look.results.before
    units = sorted({*now.charged, *before.charged})
    labels = [_("Charged, %(unit)s") % {"unit": unit} for unit in units]
    columns = (_figures_of(period, units) for period in (now, before))
    rates = [label for label, _rate in rates_of(now.people)]
    names = (
        _("Calls"),
        _("Contacts"),
        _("Dialled"),
        _("Reached"),
        _("Promised"),
        *rates,
        _("Minutes of talk"),
    )
    return list(zip((*names, *labels), *columns, strict=True))


def _figures_of(period: Period, units: list[str]) -> list[Any]:
    people = period.people
    return [
        period.calls,
        period.contacts,
        people.dialled,
        people.reached,
        people.promised,
        *(rate for _label, rate in rates_of(people)),
        minutes(period.talk_ms),
        *(period.charged.get(unit, 0) for unit in units),
    ]


def _days(look: DashboardLook) -> Page:
    days, units = look.results.now.days, list(look.results.now.charged)
    rows = [
        (day.on, day.calls, day.contacts, minutes(day.talk_ms), *(day.charged[unit] for unit in units))
        for day in days
    ]
    charged = (_("Charged, %(unit)s") % {"unit": unit} for unit in units)
    headings = (_("Day"), _("Calls"), _("Contacts"), _("Minutes of talk"), *charged)
    return Page(_("Days"), [Block(headings, rows)], is_list=True)


def _campaigns(look: DashboardLook, formats: Formats) -> Page:
    headings = (
        _("Campaign"),
        "batch_id",
        _("Account"),
        _("Use case"),
        _("State"),
        pgettext("campaign", "Started"),
        pgettext("campaign", "Ended"),
        _("Progress"),
        _("Entries"),
        _("Dialled"),
        _("Reached"),
        _("Promised"),
        _("Goal met"),
        _("Contact rate"),
        _("Promise rate"),
        _("Success rate"),
        _("Calls"),
        _("Minutes of talk"),
        _("Charged"),
        _("Unit"),
    )
    rows = (_line(one) for one in look.lines)
    notes = [_("The whole life"), *_cut(look, formats)]
    return Page(_("Campaigns"), [Block(headings, rows)], notes=notes, widths=WIDTHS, is_list=True)


def _line(one: CampaignLine) -> tuple[Any, ...]:
    found, people, tally = one.campaign, one.people, one.campaign.tally
    return (
        found.name,
        found.code,
        found.account.name,
        str(USE_CASE_LABELS[UseCase(found.use_case)]),
        one.state,
        found.started_at,
        found.completed_at,
        Ratio(one.progress / 100),
        tally.entries,
        people.dialled,
        people.reached,
        people.promised,
        people.succeeded,
        *(rate for _label, rate in rates_of(people)),
        tally.calls,
        minutes(tally.talk_ms),
        tally.charged,
        found.account.unit,
    )


def _cut(look: DashboardLook, formats: Formats) -> list[str]:
    """Say that there are more, never leave it to be found out (W3)."""
    if look.further is None:
        return []
    counts = {"shown": formats.number(len(look.lines)), "all": formats.number(look.standing.campaigns)}
    return [_("The newest %(shown)s of %(all)s campaigns.") % counts]
