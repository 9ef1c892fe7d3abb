"""The funnel of leads by ISO week, and where it loses them (I18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from identity.queries.statements import rows
from identity.rules import LimboStage

COUNTS = (
    "leads_total",
    "leads_with_identity",
    "leads_with_driver",
    "drivers_with_trips_14d",
    "reached_m1",
    "reached_m5",
    "reached_m25",
    "claims_expected",
    "claims_present",
    "claims_missing",
)
STAGES = {stage: f"limbo_{stage.lower()}" for stage in LimboStage}
# A week is chosen whole, by any of its days; the leads without a date only when no dates are asked for.
WEEKS = f"""
    SELECT week_start, {", ".join(COUNTS)}, debt_expected_total, {", ".join(STAGES.values())},
           pct_with_identity, pct_with_driver, pct_with_trips_14d
      FROM v_cabinet_14d_funnel_audit_weekly
     WHERE (%(first)s::date IS NULL OR week_start >= date_trunc('week', %(first)s::timestamp)::date)
       AND (%(last)s::date IS NULL OR week_start <= %(last)s)
     ORDER BY week_start DESC NULLS LAST
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class AuditWeek:
    """A week of leads by their date; `week_start` is None for the undated. All counts are leads but claims.

    Percentages are of the step before, with two decimals; None without anybody.
    """

    week_start: date | None
    leads_total: int
    leads_with_identity: int
    leads_with_driver: int
    drivers_with_trips_14d: int
    reached_m1: int
    reached_m5: int
    reached_m25: int
    claims_expected: int
    claims_present: int
    claims_missing: int
    debt_expected_total: Decimal
    limbo_no_lead_date: int
    limbo_no_identity: int
    limbo_no_driver: int
    limbo_no_trips_14d: int
    limbo_trips_no_claim: int
    limbo_ok: int
    pct_with_identity: Decimal | None
    pct_with_driver: Decimal | None
    pct_with_trips_14d: Decimal | None

    def of_stage(self, stage: LimboStage) -> int:
        """Return the week's leads in a stage."""
        return int(getattr(self, STAGES[stage]))


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step of the funnel: how many come so far, their share of the step before, and how many are lost."""

    step: str
    leads: int
    percent: float | None
    lost: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps of some weeks together, and the leads in each stage of limbo."""

    steps: tuple[FunnelStep, ...]
    by_stage: dict[LimboStage, int]
    claims_expected: int
    claims_present: int
    claims_missing: int
    debt_expected_total: Decimal


def weekly_audit(*, first: date | None = None, last: date | None = None) -> tuple[AuditWeek, ...]:
    """Return the weeks from that of `first` to that of `last`, newest first, the undated last. One query."""
    return tuple(AuditWeek(*values) for values in rows(WEEKS, first=first, last=last))


def funnel(*, weeks: Sequence[AuditWeek]) -> Funnel:
    """Add weeks up to one funnel. No query."""
    sums = {name: sum(getattr(week, name) for week in weeks) for name in COUNTS}
    return Funnel(
        steps=_steps([(name, sums[name]) for name in COUNTS[:4]]),
        by_stage={stage: sum(week.of_stage(stage) for week in weeks) for stage in LimboStage},
        claims_expected=sums["claims_expected"],
        claims_present=sums["claims_present"],
        claims_missing=sums["claims_missing"],
        debt_expected_total=sum((week.debt_expected_total for week in weeks), Decimal(0)),
    )


def _steps(counted: list[tuple[str, int]]) -> tuple[FunnelStep, ...]:
    before = [leads for _step, leads in counted]
    return tuple(
        FunnelStep(step, leads, round(100 * leads / of, 2) if of else None, of - leads)
        for (step, leads), of in zip(counted, [before[0], *before], strict=False)
    )
