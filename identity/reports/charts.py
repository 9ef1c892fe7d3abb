"""The identity pages' charts, each from what a query answers; what it draws it also tells as a table."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from identity.queries.audit import AuditWeek, Funnel
from identity.queries.backlog import BacklogDay
from identity.queries.milestones import MilestoneStanding
from identity.queries.red_reasons import RedReasons
from identity.queries.words import LIMBO_REASON_LABELS, STAGE_LABELS
from identity.reports import addresses
from identity.reports.words import STUCK
from identity.rules import ClaimState, LimboStage
from tenants.display.charts import Bars, Category, Columns, Series
from tenants.display.charts.colours import BLUE, GREY, OCHRE, RED, RUST, SKY, TEAL
from tenants.display.formats import Formats

# The stage, and the colour it has on every chart; what is nearest to money is warmest.
COLOURS = {
    LimboStage.NO_LEAD_DATE: GREY,
    LimboStage.NO_IDENTITY: RUST,
    LimboStage.NO_DRIVER: BLUE,
    LimboStage.NO_TRIPS_14D: SKY,
    LimboStage.TRIPS_NO_CLAIM: OCHRE,
}


def backlog(days: Sequence[BacklogDay], formats: Formats) -> Columns:
    """Draw the red backlog at each day's end, above what came in and what went out."""
    told = _("Above: red leads at the end of the day. Below: leads that came in, and those that went out.")
    return Columns(
        "backlog",
        _("Red backlog by day"),
        told,
        formats.days([day.metric_date for day in days]),
        above=(Series(_("In"), tuple(day.new_backlog_in for day in days), RED),),
        below=(
            Series(_("Matched by recovery"), tuple(day.matched_out for day in days), TEAL),
            Series(_("Out otherwise"), tuple(day.other_out for day in days), BLUE),
        ),
        level=Series(_("Red at the end"), tuple(day.backlog_end for day in days), RED),
        heading=_("Day"),
    )


def reasons(found: RedReasons) -> Bars:
    """Draw the red leads of now by the reason of their last decision."""
    stage = LimboStage.NO_IDENTITY
    named = [
        Category(str(LIMBO_REASON_LABELS[reason]), leads, "", addresses.leads(stage=stage, reason=reason))
        for reason, leads in found.by_reason.items()
    ]
    if found.undated:
        undated = LimboStage.NO_LEAD_DATE
        href = addresses.leads(stage=undated)
        named.append(Category(str(STAGE_LABELS[undated]), found.undated, "", href))
    ordered = tuple(sorted(named, key=lambda one: -one.value))
    told = _("Each reason leads to its leads. What was not tried yet waits for the next recovery.")
    return Bars("reasons", _("Why leads are red"), told, ordered, share=True, heading=_("Reason"))


def limbo(weeks: Iterable[AuditWeek], formats: Formats) -> Columns:
    """Draw the leads of each week that are stuck, by stage; oldest week first."""
    dated = _dated(weeks)
    told = _("By the week of the lead's date, Mondays. A column leads to the leads of its week.")
    return Columns(
        "limbo",
        _("Stuck leads by week"),
        told,
        formats.days([on for on, _week in dated]),
        above=tuple(_stage(stage, dated) for stage in STUCK if stage is not LimboStage.NO_LEAD_DATE),
        heading=_("Week of"),
        hrefs=tuple(addresses.leads(week=on) for on, _week in dated),
    )


def _stage(stage: LimboStage, dated: Sequence[tuple[date, AuditWeek]]) -> Series:
    values = tuple(week.of_stage(stage) for _on, week in dated)
    return Series(str(STAGE_LABELS[stage]), values, COLOURS[stage], addresses.leads(stage=stage))


def funnel(found: Funnel) -> Bars:
    """Draw how many leads come how far."""
    told = _("Leads of the chosen weeks: each step is a part of the one before.")
    labels = {
        "leads_total": _("Leads"),
        "leads_with_identity": _("With a person"),
        "leads_with_driver": _("With a driver account"),
        "drivers_with_trips_14d": _("With trips in 14 days"),
    }
    shown = tuple(Category(labels[step.step], step.leads) for step in found.steps)
    return Bars("funnel", _("From lead to trips"), told, shown, heading=_("Step"))


def debt(weeks: Iterable[AuditWeek], currency: str, formats: Formats) -> Columns:
    """Draw what the leads of each week are worth by the milestones that they reached."""
    dated = _dated(weeks)
    told = _("In %(currency)s, by the week of the lead's date: all expected, paid or not.")
    return Columns(
        "debt",
        _("Expected by week"),
        told % {"currency": currency},
        formats.days([on for on, _week in dated]),
        above=(Series(_("Expected"), tuple(week.debt_expected_total for _on, week in dated), OCHRE),),
        heading=_("Week of"),
        hrefs=tuple(addresses.leads(week=on) for on, _week in dated),
    )


def amounts(found: Sequence[MilestoneStanding], currency: str) -> Columns:
    """Draw what each milestone brought, waits for, was refused, and nobody has claimed."""
    missing = tuple(one.missing.amount for one in found)
    series = (
        Series(_("Paid"), _worth(found, ClaimState.PAID), TEAL),
        Series(_("Generated, not answered"), _worth(found, ClaimState.GENERATED), BLUE),
        Series(_("Rejected or expired"), _worth(found, ClaimState.REJECTED, ClaimState.EXPIRED), GREY),
        Series(_("Missing"), missing, RED),
    )
    told = _("In %(currency)s, of all time. What is missing was reached and is not claimed.")
    labels = tuple(one.code for one in found)
    return Columns(
        "amounts",
        _("Claims by milestone"),
        told % {"currency": currency},
        labels,
        series,
        heading=_("Milestone"),
    )


def _worth(found: Sequence[MilestoneStanding], *states: ClaimState) -> tuple[Decimal, ...]:
    return tuple(sum((one.by_state[state].amount for state in states), Decimal(0)) for one in found)


def _dated(weeks: Iterable[AuditWeek]) -> list[tuple[date, AuditWeek]]:
    return sorted(
        ((week.week_start, week) for week in weeks if week.week_start is not None), key=lambda one: one[0]
    )
