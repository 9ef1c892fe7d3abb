"""The money as a workbook: milestones, funnel and weekly audit, typed and unrounded (Exports)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from identity.queries.audit import AuditWeek
from identity.queries.milestones import MilestoneStanding
from identity.queries.words import STAGE_LABELS
from identity.reports.money_paper import answers, ever, period_of
from identity.reports.worth import Worth
from identity.rules import LimboStage
from tenants.display.books import Block, Page, Ratio


def pages_of(look: Worth, *, organisation: str) -> Iterator[Page]:
    """Yield every sheet: the funnel, the milestones, the weeks; amounts in the named currency. No query."""
    yield _overview(look, organisation=organisation)
    milestones = Block(_milestone_headings(look), (_milestone(one) for one in look.milestones))
    yield Page(_("Milestones"), [milestones], notes=[ever()], widths={0: 14}, is_list=True)
    weeks = Block(_week_headings(look), (_week(one) for one in look.weeks))
    yield Page(_("Weeks"), [weeks], widths={0: 14}, is_list=True)


def _overview(look: Worth, *, organisation: str) -> Page:
    facts: list[tuple[str, Any]] = [
        (_("Organisation"), organisation),
        (_("Period"), period_of(look)),
        (_("Currency"), look.currency),
        (_("Clock"), look.formats.timezone),
        (_("Made"), look.now),
    ]
    steps = Block((_("Step"), _("Leads"), _("Of the step before"), _("Lost")), _steps(look), look.steps.title)
    claims = Block((_("Claims"), _("Value")), _claims(look), _("Claims of these weeks"))
    return Page(_("Overview"), [Block((), facts), steps, claims], f"{_('Money')} · {_('Identity report')}")


def _steps(look: Worth) -> Iterator[tuple[Any, ...]]:
    return (
        (bar.label, one.leads, _ratio(one.leads, one.leads + one.lost), one.lost)
        for bar, one in zip(look.steps.categories, look.funnel.steps, strict=True)
    )


def _ratio(part: int, whole: int) -> Ratio | None:
    return Ratio(part / whole) if whole else None


def _claims(look: Worth) -> list[tuple[str, Any]]:
    found = look.funnel
    return [
        (_("Claims expected"), found.claims_expected),
        (_("Claims present"), found.claims_present),
        (_("Claims missing"), found.claims_missing),
        (_in(_("Expected"), look), found.debt_expected_total),
    ]


def _in(word: str, look: Worth) -> str:
    return f"{word} ({look.currency})"


def _milestone_headings(look: Worth) -> list[str]:
    sums = (_("Expected"), *answers(), _("Missing"))
    pairs = (pair for word in sums for pair in (f"{word} ({_('claims')})", _in(word, look)))
    return [_("Milestone"), _("Trips"), _in(_("Worth"), look), *pairs]


def _milestone(one: MilestoneStanding) -> tuple[Any, ...]:
    sums = (one.expected, *one.answers, one.missing)
    return one.code, one.trips, one.amount, *(part for sum in sums for part in (sum.claims, sum.amount))


def _week_headings(look: Worth) -> list[str]:
    return [
        _("Week of"),
        _("Leads"),
        _("With a person"),
        _("With a person, %"),
        _("With a driver account"),
        _("With a driver account, %"),
        _("With trips in 14 days"),
        _("With trips in 14 days, %"),
        *("M1", "M5", "M25"),
        _("Claims expected"),
        _("Claims present"),
        _("Claims missing"),
        _in(_("Expected"), look),
        *(str(STAGE_LABELS[stage]) for stage in LimboStage),
    ]


def _week(week: AuditWeek) -> tuple[Any, ...]:
    steps = (
        week.leads_total,
        week.leads_with_identity,
        week.leads_with_driver,
        week.drivers_with_trips_14d,
    )
    shares = ((part, _ratio(part, whole)) for whole, part in pairwise(steps))
    return (
        week.week_start,
        week.leads_total,
        *(value for pair in shares for value in pair),
        *(week.reached_m1, week.reached_m5, week.reached_m25),
        *(week.claims_expected, week.claims_present, week.claims_missing),
        week.debt_expected_total,
        *(week.of_stage(stage) for stage in LimboStage),
    )
