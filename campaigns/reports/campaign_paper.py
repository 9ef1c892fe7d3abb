"""A campaign as a report to hand over: what its page shows, on A4 (Exports, W1)."""

from datetime import datetime

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from campaigns.queries.experiment_words import ArmLine
from campaigns.reports.campaign import CampaignLook, PromiseLine, StopLine
from campaigns.reports.telling import (
    local,
    money,
    period_of,
    promise_headings,
    stop_headings,
    version_headings,
)
from tenants.display.charts import Table
from tenants.display.formats import NOTHING, Formats
from tenants.display.pdf import Figure, Report, Section, figures_of, told_tiles
from tenants.display.pdf.report import figure_of, sheet_of, shortened, small_figure_of


def report_of(look: CampaignLook, formats: Formats, *, organisation: str, now: datetime) -> Report:
    """Return the document of a campaign, in the reader's language and on the campaign's clock. No query."""
    formats, found = local(formats, look.choice), look.campaign
    period, is_empty = period_of(look.choice, formats), not found.tally.entries
    return Report(
        language=(get_language() or "es").split("-")[0],
        organisation=organisation,
        kind=_("Campaign report"),
        title=found.name,
        subtitle=f"{found.account.name} · {look.life.use_case}",
        running=f"{organisation[:40]} · {found.name[:40]} · {period}",
        facts=facts_of(look, formats, now=now),
        headline=_("Nobody is in this campaign yet") if is_empty else _far(look, formats),
        findings=_findings(look, period),
        figures=() if is_empty else told_tiles(look.life.tiles, formats),
        overview=() if is_empty else _overview(look, formats),
        sections=() if is_empty else _sections(look, formats),
    )


def facts_of(look: CampaignLook, formats: Formats, *, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return (name, value) of all that a reader must know before the first figure."""
    found = look.campaign
    begun, ended = (formats.moment(at) if at else NOTHING for at in (found.started_at, found.completed_at))
    return (
        (_("Account"), found.account.name),
        (_("Use case"), look.life.use_case),
        (_("State"), look.life.line.state),
        (_("Calls of"), period_of(look.choice, formats)),
        (pgettext("campaign", "Started"), begun),
        (pgettext("campaign", "Ended"), ended),
        (_("Clock"), look.choice.zone),
        (_("Made"), formats.moment(now)),
    )


def _far(look: CampaignLook, formats: Formats) -> str:
    return _("%(done)s %% at their end") % {"done": formats.number(look.life.line.progress)}


def _findings(look: CampaignLook, period: str) -> tuple[str, ...]:
    found, is_chosen = look.campaign, look.choice.start or look.choice.end
    why = f"{_('Cancelled because:')} {found.cancellation_reason}" if found.cancellation_reason else ""
    told = _("Outcomes, hours and days are of the calls of %(period)s, all else is of the whole life.")
    days = told % {"period": period} if is_chosen else ""
    return tuple(shortened(text) for text in (found.description, why, days) if text)


def _overview(look: CampaignLook, formats: Formats) -> tuple[Figure, ...]:
    return tuple(small_figure_of(chart, formats) for chart in (look.life.funnel, look.life.states))


def _sections(look: CampaignLook, formats: Formats) -> tuple[Section, ...]:
    found = (
        _calls(look, formats),
        _promises(look, formats),
        _versions(look, formats),
        _waiting(look, formats),
        _over(look, formats),
    )
    return tuple(one for one in found if one)


def _calls(look: CampaignLook, formats: Formats) -> Section:
    title, question = _("Calls"), _("What did they come to, and when does somebody answer?")
    calls, period = look.calls, period_of(look.choice, formats)
    if not calls.times.calls:
        is_chosen = look.choice.start or look.choice.end
        nothing = _("No call in these days.") if is_chosen else _("Nobody has been called yet")
        return Section(title, question, sample=period, facts=(nothing,))
    counted = ngettext("%(calls)s call", "%(calls)s calls", calls.times.calls)
    sample = f"{counted % {'calls': formats.number(calls.times.calls)}} · {period}"
    figures = figures_of((calls.outcomes, calls.hours, calls.weekdays), formats)
    return Section(title, question, sample, figures=figures)


def _promises(look: CampaignLook, formats: Formats) -> Section:
    title, question = _("Promises"), _("How much was promised, for when, and what falls short?")
    if look.promised is None:
        return Section(title, question, _("The whole life"), facts=(_("Nobody has promised anything."),))
    rows = tuple(_promise(one, formats) for one in look.promised.lines)
    meant = _(
        "Shortfall: what a promise leaves open of the debt that the call spoke of, "
        "summed over those who named an amount."
    )
    figure = figure_of(look.promised.chart, formats)
    sheet = sheet_of(Table(title, promise_headings(), rows), formats, is_figures=True)
    return Section(title, question, _("The whole life"), facts=(meant,), figures=(figure,), sheet=sheet)


def _promise(one: PromiseLine, formats: Formats) -> tuple[str, ...]:
    sums = one.sums
    return (
        sums.currency or NOTHING,
        formats.number(sums.promises),
        money(sums.amount, sums.currency, formats),
        money(sums.owed, sums.currency, formats) if sums.currency else NOTHING,
        NOTHING if one.share is None else formats.percent(one.share),
        money(sums.shortfall, sums.currency, formats) if sums.currency else NOTHING,
        formats.number(sums.late),
        formats.number(sums.open),
    )


def _versions(look: CampaignLook, formats: Formats) -> Section | None:
    if look.versions is None:
        return None
    told = look.versions.told
    headings = (*version_headings(), _("95 %% interval") % ())
    rows = tuple(_arm(one, formats) for one in told.arms)
    verdicts = tuple(f"{verdict} {evidence}" for verdict, evidence in told.pairs)
    return Section(
        _("Versions of the script"),
        _("Which one reaches the goal more often?"),
        _("The whole life"),
        trouble=told.split if told.is_suspicious else "",
        facts=verdicts if told.is_suspicious else (told.split, *verdicts),
        sheet=sheet_of(Table("", headings, rows), formats, is_figures=True),
    )


def _arm(one: ArmLine, formats: Formats) -> tuple[str, ...]:
    counted = (one.result.people, one.result.trials, one.result.successes)
    return one.name, one.weight, *map(formats.number, counted), one.rate, one.interval


def _waiting(look: CampaignLook, formats: Formats) -> Section:
    title, rows = _("Why nobody calls them now"), [_stop(one, formats) for one in look.waiting]
    told = tuple((*row, _next(one, formats)) for row, one in zip(rows, look.waiting, strict=True))
    question = _("Who waits, for what and until when?")
    return _stops(title, question, (*stop_headings(), _("Next one")), told, _("Nobody waits."), formats)


def _over(look: CampaignLook, formats: Formats) -> Section:
    rows = tuple(_stop(one, formats) for one in look.over)
    title, question = _("Why they are called no more"), _("For whom is it over without the goal?")
    return _stops(title, question, stop_headings(), rows, _("Nobody has been given up."), formats)


def _stops(
    title: str,
    question: str,
    headings: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    none: str,
    formats: Formats,
) -> Section:
    sheet = sheet_of(Table(title, headings, rows), formats)
    return Section(title, question, _("The whole life"), facts=() if rows else (none,), sheet=sheet)


def _stop(one: StopLine, formats: Formats) -> tuple[str, ...]:
    return one.reason, one.state, formats.number(one.entries), formats.percent(one.share)


def _next(one: StopLine, formats: Formats) -> str:
    due = ngettext("%(due)s may be called now", "%(due)s may be called now", one.due)
    now = due % {"due": formats.number(one.due)} if one.due else ""
    later = formats.moment(one.earliest_at) if one.earliest_at else ""
    return " · ".join(filter(None, (now, later))) or NOTHING
