"""The money as a report to hand over: milestones, funnel, debt, weeks on A4 (Exports, I14, I18)."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity.queries.audit import AuditWeek
from identity.queries.milestones import MilestoneStanding, Sum
from identity.reports.worth import Worth
from tenants.display.charts import Chart
from tenants.display.formats import NOTHING, Formats
from tenants.display.pdf import Figure, Report, Section, Sheet
from tenants.display.pdf.report import figure_of


def report_of(look: Worth, *, organisation: str) -> Report:
    """Return the document of a look, in the reader's language. No query."""
    period, title = period_of(look), _("Money")
    return Report(
        language=look.formats.language.split("-")[0],
        organisation=organisation,
        kind=_("Identity report"),
        title=title,
        subtitle=f"{period} · {look.currency}",
        running=f"{organisation[:40]} · {title} · {period}",
        facts=_facts(look, period),
        figures=_steps(look),
        overview=(_drawn(look.amounts, look.formats),),
        sections=tuple(_sections(look)),
    )


def period_of(look: Worth) -> str:
    """Say which days a look is of."""
    return f"{look.formats.day(look.first)} – {look.formats.day(look.last)}"


def answers() -> tuple[str, ...]:
    """Name what becomes of a claim, in the order of a milestone's answers."""
    return _("Generated"), _("Paid"), _("Rejected"), _("Expired")


def ever() -> str:
    """Say that milestones are told whatever the weeks."""
    return _("Of all time")


def _facts(look: Worth, period: str) -> tuple[tuple[str, str], ...]:
    weeks = ngettext("%(count)s week", "%(count)s weeks", look.span) % {"count": look.span}
    return (
        (_("Period"), f"{period} ({weeks})"),
        (_("Currency"), look.currency),
        (_("Clock"), look.formats.timezone),
        (_("Made"), look.formats.moment(look.now)),
    )


def _steps(look: Worth) -> tuple[tuple[str, str, str], ...]:
    """Return how far leads come, each with its part of the step before."""
    formats, found = look.formats, look.funnel.steps
    names = (bar.label for bar in look.steps.categories)
    parts = ("", *(_part(one.percent, formats) for one in found[1:]))
    return tuple(
        (name, formats.number(one.leads), part) for name, one, part in zip(names, found, parts, strict=True)
    )


def _part(percent: float | None, formats: Formats) -> str:
    if percent is None:
        return ""
    return _("%(share)s of the step before") % {"share": formats.percent(percent / 100)}


def _sections(look: Worth) -> Iterator[Section]:
    yield Section(
        _("Amounts by milestone"),
        _(
            "Each milestone of a person is owed once, by their earliest lead that reaches it. Expected:"
            " reached, paid or not. Missing: reached, and nobody has claimed it."
        ),
        ever(),
        sheet=_milestones(look),
    )
    # Its figures stand in the table of weeks.
    yield Section(look.debt.title, figures=(_drawn(look.debt, look.formats),))
    yield Section(look.steps.title, figures=(figure_of(look.steps, look.formats),))
    weeks = [week for week in look.weeks if week.week_start]
    none = () if weeks else (_("No lead has a date in these weeks."),)
    yield Section(
        _("Funnel by week"),
        _("By the ISO week of the lead's date, all in leads. Percentages are of the step before."),
        facts=none,
        sheet=_weeks(look) if weeks else None,
    )


def _drawn(chart: Chart, formats: Formats) -> Figure:
    return figure_of(chart, formats, with_sheet=False)


def _milestones(look: Worth) -> Sheet:
    headings = (_("Milestone"), _("Trips"), _("Worth"), _("Expected"), *answers(), _("Missing"))
    return Sheet(headings, tuple(_milestone(one, look) for one in look.milestones))


def _milestone(one: MilestoneStanding, look: Worth) -> tuple[str, ...]:
    sums = (_sum(each, look) for each in (one.expected, *one.answers))
    missing = _sum(one.missing, look) if one.missing.claims else NOTHING
    return one.code, look.formats.number(one.trips), _money(one.amount, look), *sums, missing


def _sum(sum: Sum, look: Worth) -> str:
    return f"{_money(sum.amount, look)} ({look.formats.number(sum.claims)})"


def _money(amount: Decimal, look: Worth) -> str:
    return look.formats.money(amount, look.currency)


def _weeks(look: Worth) -> Sheet:
    """Return all shown weeks, however many, newest first."""
    headings = (
        _("Week of"),
        _("Leads"),
        _("With a person"),
        _("With a driver account"),
        _("With trips in 14 days"),
        *("M1", "M5", "M25"),
        _("Expected"),
        _("Unclaimed"),
    )
    return Sheet(headings, tuple(_week(one, look) for one in look.weeks if one.week_start))


def _week(week: AuditWeek, look: Worth) -> tuple[str, ...]:
    number = look.formats.number
    steps = (
        (week.leads_with_identity, week.pct_with_identity),
        (week.leads_with_driver, week.pct_with_driver),
        (week.drivers_with_trips_14d, week.pct_with_trips_14d),
    )
    reached = (number(one) for one in (week.reached_m1, week.reached_m5, week.reached_m25))
    return (
        look.formats.day(week.week_start) if week.week_start else NOTHING,
        number(week.leads_total),
        *(f"{number(leads)} ({_share(share, look.formats)})" for leads, share in steps),
        *reached,
        _money(week.debt_expected_total, look),
        number(week.claims_missing) if week.claims_missing else NOTHING,
    )


def _share(percent: Decimal | None, formats: Formats) -> str:
    return NOTHING if percent is None else formats.percent(percent / 100)
