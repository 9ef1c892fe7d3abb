"""Chosen campaigns as a report to hand over: what the dashboard shows, on A4 (Exports)."""

from datetime import datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from campaigns.reports import dashboard_book
from campaigns.reports.dashboard import DashboardLook, Named
from campaigns.reports.lines import CampaignLine
from campaigns.reports.telling import local, period_of
from tenants.display.formats import NO_BREAK, NOTHING, Formats
from tenants.display.pdf import Report, Section, Sheet, figures_of, told_tiles
from tenants.display.pdf.report import ROWS_BELOW, figure_of, rest_words

MOST_CAMPAIGNS = ROWS_BELOW


def report_of(
    look: DashboardLook, named: Named, formats: Formats, *, organisation: str, now: datetime
) -> Report:
    """Return the document of chosen campaigns, in the reader's language and on their clock. No query."""
    formats, title = local(formats, look.choice), named.title
    period = period_of(look.choice, formats)
    return Report(
        language=(get_language() or "es").split("-")[0],
        organisation=organisation,
        kind=_("Report of campaigns"),
        title=title,
        subtitle=period,
        running=f"{organisation[:40]} · {title[:40]} · {period}",
        facts=facts_of(look, named, formats, now=now),
        figures=told_tiles(look.tiles, formats),
        overview=(figure_of(look.daily, formats, with_sheet=False),) if look.results.now.calls else (),
        sections=tuple(one for one in _sections(look, formats) if one),
    )


def facts_of(
    look: DashboardLook, named: Named, formats: Formats, *, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return (name, value) of all that a reader must know before the first figure."""
    last = look.results.now.last_at
    return (
        (_("Period"), period_of(look.choice, formats)),
        *named.told,
        (_("Campaigns"), formats.number(look.standing.campaigns)),
        (_("Last call"), formats.moment(last) if last else NOTHING),
        (_("Clock"), look.choice.zone),
        (_("Made"), formats.moment(now)),
    )


def _sections(look: DashboardLook, formats: Formats) -> tuple[Section | None, ...]:
    # What needs attention is this house's own, and of the moment: a client's report holds none of it.
    return _calls(look, formats), _running(look, formats), _campaigns(look, formats)


def _calls(look: DashboardLook, formats: Formats) -> Section:
    title, question, calls = _("Calls"), _("What did they come to?"), look.results.now.calls
    if not calls:
        return Section(title, question, facts=(_("No call in these days."),))
    sample = ngettext("%(calls)s call", "%(calls)s calls", calls) % {"calls": formats.number(calls)}
    # The drawing of the days stands on the first page.
    days = figure_of(look.daily, formats).sheet
    return Section(title, question, sample, figures=figures_of((look.outcomes,), formats), sheet=days)


def _running(look: DashboardLook, formats: Formats) -> Section | None:
    if not look.running:
        return None
    at_work = ngettext(
        "%(at_work)s person is being called", "%(at_work)s people are being called", look.standing.at_work
    )
    return Section(
        _("Running now"),
        _("Which ones call now?"),
        sample=at_work % {"at_work": formats.number(look.standing.at_work)},
        sheet=_lines(look.running, formats),
    )


def _campaigns(look: DashboardLook, formats: Formats) -> Section:
    # The workbook has an end too, and says so.
    listed = min(look.standing.campaigns, dashboard_book.MOST_CAMPAIGNS)
    meant = _(
        "Of each campaign's whole life. Contact: reached of those dialled. Promise: promised of those "
        "reached. Success: goal met of those whose calls have ended."
    )
    return Section(
        _("Campaigns"),
        _("How far is each, and how does it go?"),
        facts=(meant if look.lines else _("No campaign matches"),),
        sheet=_lines(look.lines, formats, more=listed - len(look.lines)),
    )


def _lines(lines: list[CampaignLine], formats: Formats, *, more: int = 0) -> Sheet | None:
    headings = (
        _("Campaign"),
        _("State"),
        _("Progress"),
        _("Entries"),
        _("Contact rate"),
        _("Promise rate"),
        _("Success rate"),
        _("Charged"),
    )
    rows = tuple(_line(one, formats) for one in lines)
    return Sheet(headings, rows, is_figures=True, rest=rest_words(more, formats)) if rows else None


def _line(one: CampaignLine, formats: Formats) -> tuple[str, ...]:
    found = one.campaign
    return (
        f"{found.name} · {found.account.name}",
        one.state,
        f"{formats.number(one.progress)}{NO_BREAK}%",
        formats.number(found.tally.entries),
        *(_rate(each, formats) for each in (one.people.contact, one.people.promise, one.people.success)),
        f"{formats.number(found.tally.charged, 2)} {found.account.unit}",
    )


def _rate(percent: float | None, formats: Formats) -> str:
    return NOTHING if percent is None else formats.percent(percent / 100)
