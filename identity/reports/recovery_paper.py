"""The red backlog as a report to hand over: the page's verdict, figures and charts on A4 (Exports, I16)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity.queries.backlog import BacklogDay
from identity.reports.recovery import JobRow, Recovery, together
from tenants.display.formats import NOTHING, Formats, Number
from tenants.display.pdf import Report, Section, Sheet, figures_of, told_tiles
from tenants.display.pdf.report import figure_of, shortened
from tenants.display.progress import STATES


def report_of(look: Recovery, *, organisation: str) -> Report:
    """Return the document of a look, in the reader's language. No query."""
    told, period, title = look.told, period_of(look), _("Red backlog")
    return Report(
        language=look.formats.language.split("-")[0],
        organisation=organisation,
        kind=_("Identity report"),
        title=title,
        subtitle=period,
        running=f"{organisation[:40]} · {title} · {period}",
        facts=_facts(look, period),
        headline=told.sentence,
        figures=told_tiles(look.tiles, look.formats),
        findings=(told.badge, *told.criteria),
        overview=(figure_of(look.backlog, look.formats, with_sheet=False),),
        sections=tuple(_sections(look)),
    )


def period_of(look: Recovery) -> str:
    """Say which days a look is of."""
    return _span(look.formats, look.shown[0].metric_date, look.shown[-1].metric_date)


def judged_of(look: Recovery) -> str:
    """Say which days the verdict is about."""
    return _span(look.formats, look.verdict.since, look.verdict.until)


def day_headings() -> tuple[str, ...]:
    """Name what is known of a day; see `moved`."""
    return (
        _("Day"),
        _("Red at the start"),
        _("In"),
        _("Matched by recovery"),
        _("Out otherwise"),
        _("Red at the end"),
        _("Net change"),
        _("Commonest reason"),
    )


def moved(day: BacklogDay) -> tuple[int, ...]:
    """Return a day's figures in the order of their headings."""
    moves = day.new_backlog_in, day.matched_out, day.other_out
    return day.backlog_start, *moves, day.backlog_end, day.net_change


def job_headings() -> tuple[str, ...]:
    """Name what is known of a job."""
    return _("Job"), _("State"), _("Processed"), _("Linked"), _("Errors"), _("Last"), _("Next time")


def state_of(row: JobRow) -> str:
    """Say how a job's newest run stands."""
    return str(STATES.get(row.job.state, row.job.state)) if row.job else _("not yet")


def _span(formats: Formats, first: date, last: date) -> str:
    return f"{formats.day(first)} – {formats.day(last)}"


def _facts(look: Recovery, period: str) -> tuple[tuple[str, str], ...]:
    return (
        (_("Period"), period),
        (_("Judged days"), judged_of(look)),
        (_("Clock"), look.formats.timezone),
        (_("Made"), look.formats.moment(look.now)),
    )


def _sections(look: Recovery) -> Iterator[Section]:
    if look.told.causes:
        yield Section(
            _("Why it does not fall, and what helps"), _("Of all red leads of now."), sheet=_causes(look)
        )
    yield Section(_("Day by day"), _("Newest first, by the organisation's clock."), sheet=_days(look))
    if look.reasons:
        yield Section(look.reasons.title, figures=figures_of([look.reasons], look.formats))
    yield Section(
        _("Matched in the last 24 hours"),
        _("Every new link counts here, whether its lead was red before or not."),
        facts=(_lately(look),),
    )
    calm = () if look.alerts else (_("Nothing is beyond its bounds."),)
    yield Section(
        _("Alerts"), _("The most pressing first."), facts=calm, sheet=_alerts(look) if look.alerts else None
    )
    yield Section(_("Jobs"), _("The newest run of each, and when the next one is due."), sheet=_jobs(look))


def _causes(look: Recovery) -> Sheet:
    number = look.formats.number
    rows = ((one.label, one.share, number(one.leads), one.cure) for one in look.told.causes)
    return Sheet((_("Cause"), _("Share"), _("Leads"), _("What helps")), tuple(rows), is_figures=False)


def _days(look: Recovery) -> Sheet:
    """Return all shown days, however many, newest first, and what they come to."""
    formats, count = look.formats, len(look.shown)
    rows = ((formats.day(row.day.metric_date), *_said(row.day, formats), row.reason) for row in look.rows)
    all_days = ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    whole = (all_days, *_said(together(look.shown), formats), "")
    return Sheet(day_headings(), (*rows, whole))


def _said(day: BacklogDay, formats: Formats) -> tuple[str, ...]:
    return tuple(formats.number(one) for one in moved(day))


def _lately(look: Recovery) -> str:
    lately, number = look.lately, look.formats.number
    linked = ngettext("%(count)s new link.", "%(count)s new links.", lately.total)
    left = ngettext(
        "%(were_red)s of them left the red backlog.",
        "%(were_red)s of them left the red backlog.",
        lately.were_red,
    )
    return f"{linked % {'count': number(lately.total)}} {left % {'were_red': number(lately.were_red)}}"


def _alerts(look: Recovery) -> Sheet:
    rows = ((shortened(one.text), shortened(one.why)) for one in look.alerts)
    return Sheet((_("Alert"), _("Why it matters")), tuple(rows), is_figures=False)


def _jobs(look: Recovery) -> Sheet:
    rows = (
        (
            row.label,
            state_of(row),
            *(_counted(one, look.formats) for one in (row.processed, row.linked, row.errors)),
            *(_at(one, look.formats) for one in (row.at, row.next_at)),
        )
        for row in look.jobs
    )
    return Sheet(job_headings(), tuple(rows), is_figures=False)


def _counted(count: Number | None, formats: Formats) -> str:
    return NOTHING if count is None else formats.number(count)


def _at(moment: datetime | None, formats: Formats) -> str:
    return formats.moment(moment) if moment else NOTHING
