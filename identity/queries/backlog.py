"""How the red backlog moves: day by day, whether recovery succeeds and, if it does not, why (I15–I17)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from identity.queries.statements import row, rows
from identity.rules import CAUSES_OF_RED, CauseOfRed, Criterion, Movement, QueueStatus, Reason, Source

# The days asked for, those before the first event too. Only theirs are asked for their reason.
DAYS = """
    WITH clock AS (
        SELECT (now() AT TIME ZONE timezone)::date AS today
          FROM public.tenants_tenant WHERE schema_name = current_schema())
    SELECT (today - ago)::date, coalesce(backlog_start, 0), coalesce(new_backlog_in, 0),
           coalesce(matched_out, 0), coalesce(other_out, 0), coalesce(backlog_end, 0),
           coalesce(net_change, 0), top_fail_reason
      FROM clock CROSS JOIN generate_series(0, %(days)s - 1) AS ago
      LEFT JOIN (SELECT d.* FROM v_cabinet_kpi_red_recovery_metrics_daily d, clock
                  WHERE d.metric_date > clock.today - %(days)s) AS d ON d.metric_date = today - ago
     ORDER BY ago DESC
"""
# One statement, so that the parts are of one moment and add up.
STANDING = """
    SELECT count(*), count(*) FILTER (WHERE b.reason = ANY(%(data)s)),
           count(*) FILTER (WHERE b.reason = ANY(%(conflicts)s)),
           count(q.source_pk)
      FROM v_cabinet_kpi_red_backlog b
      LEFT JOIN identity_queueitem q ON q.source_pk = b.lead_source_pk AND q.status = %(matched)s
"""
LATELY = """
    SELECT source, count(*) FROM identity_link
     WHERE linked_at > %(since)s AND linked_at <= %(now)s AND source <> %(driver)s GROUP BY source
"""
LATELY_RED = """
    SELECT count(*) FROM identity_backlogevent
     WHERE happened_at > %(since)s AND happened_at <= %(now)s AND kind <> ALL(%(others)s)
"""
DAY = timedelta(days=1)
WEEK_DAYS = 7
OTHER_MOVES = ["entered", "re_entered", "removed"]


@dataclass(frozen=True, slots=True)
class BacklogDay:
    """The backlog on one day of the tenant's, in leads; `top_fail_reason` is None without a vain attempt."""

    metric_date: date
    backlog_start: int
    new_backlog_in: int
    matched_out: int
    other_out: int
    backlog_end: int
    net_change: int
    top_fail_reason: Reason | None


@dataclass(frozen=True, slots=True)
class RecoveryMetrics:
    """Today, yesterday, the last seven days ending today, and the leads that are red at this moment."""

    today: BacklogDay
    yesterday: BacklogDay
    last_7_days: tuple[BacklogDay, ...]
    current_backlog: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The red leads of this moment by cause, and how many of them the queue calls matched."""

    red: int
    by_cause: dict[CauseOfRed, int]
    matched_in_backlog: int


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause with its red leads and their share of all red leads, in percent of two decimals."""

    cause: CauseOfRed
    leads: int
    share: float


@dataclass(frozen=True, slots=True)
class RecoveryVerdict:
    """Whether some days of recovery were a success, by what, and if red does not fall, why (I16)."""

    since: date
    until: date
    new_backlog_in: int
    matched_out: int
    other_out: int
    backlog_start: int
    backlog_end: int
    net_change: int
    matched_in_backlog: int
    criteria: tuple[Criterion, ...]
    success: bool
    movement: Movement
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class MatchedLately:
    """New links of the last 24 hours, of leads red before or not: another figure than recovery (I17)."""

    total: int
    by_source: dict[str, int]
    were_red: int


def backlog_days(*, days: int) -> tuple[BacklogDay, ...]:
    """Return the last `days` days, oldest first, today last. One query."""
    found = (BacklogDay(*values) for values in rows(DAYS, days=days))
    return tuple(replace(day, top_fail_reason=_reason(day.top_fail_reason)) for day in found)


def current_backlog() -> int:
    """Count the leads that are red now. One query."""
    return int(row("SELECT count(*) FROM v_cabinet_kpi_red_backlog")[0])


def recovery_metrics() -> RecoveryMetrics:
    """Return how recovery goes. Two queries."""
    week = backlog_days(days=WEEK_DAYS)
    return RecoveryMetrics(week[-1], week[-2], week, current_backlog())


def standing() -> Standing:
    """Say why the red leads of now are red. One query."""
    red, data, conflicts, matched = row(
        STANDING,
        data=list(CAUSES_OF_RED[CauseOfRed.DATA_MISSING]),
        conflicts=list(CAUSES_OF_RED[CauseOfRed.CONFLICTS]),
        matched=QueueStatus.MATCHED,
    )
    by_cause = {
        CauseOfRed.DATA_MISSING: data,
        CauseOfRed.CONFLICTS: conflicts,
        CauseOfRed.INFLOW: red - data - conflicts,
    }
    return Standing(red, by_cause, matched)


def judged(days: Sequence[BacklogDay], *, first: date | None) -> Sequence[BacklogDay]:
    """Return the days to judge: those after the `first` of all, whose load is a beginning and no inflow."""
    later = [day for day in days if first is None or day.metric_date > first]
    return later or days[-1:]


def verdict(*, days: Sequence[BacklogDay], standing: Standing) -> RecoveryVerdict:
    """Judge recovery over days that follow one another, at least one (I16). No query."""
    new_in, matched, other = (
        sum(getattr(day, name) for day in days) for name in ("new_backlog_in", "matched_out", "other_out")
    )
    start, end = days[0].backlog_start, days[-1].backlog_end
    holds = {Criterion.OUT_EXCEEDS_IN: matched > new_in, Criterion.BACKLOG_FELL: end < start}
    criteria = tuple(criterion for criterion, is_so in holds.items() if is_so)
    return RecoveryVerdict(
        since=days[0].metric_date,
        until=days[-1].metric_date,
        new_backlog_in=new_in,
        matched_out=matched,
        other_out=other,
        backlog_start=start,
        backlog_end=end,
        net_change=end - start,
        matched_in_backlog=standing.matched_in_backlog,
        criteria=criteria,
        success=bool(criteria) and not standing.matched_in_backlog,
        movement=_movement(end - start),
        causes=() if end < start else _causes(standing, is_outpaced=new_in > matched),
    )


def matched_lately(*, now: datetime) -> MatchedLately:
    """Count the new links of the 24 hours before `now`; accounts follow their persons. Two queries."""
    span = {"since": now - DAY, "now": now}
    by_source = dict(rows(LATELY, driver=Source.DRIVER, **span))
    were_red = row(LATELY_RED, others=OTHER_MOVES, **span)[0]
    return MatchedLately(sum(by_source.values()), by_source, were_red)


def _reason(code: str | None) -> Reason | None:
    return Reason(code) if code else None


def _movement(net_change: int) -> Movement:
    if net_change == 0:
        return Movement.HOLDS
    return Movement.GROWS if net_change > 0 else Movement.FALLS


def _causes(standing: Standing, *, is_outpaced: bool) -> tuple[Cause, ...]:
    """Return the causes that there are, most leads first; inflow also if more came than recovery matched."""
    found = [
        Cause(cause, leads, round(100 * leads / standing.red, 2) if standing.red else 0.0)
        for cause, leads in standing.by_cause.items()
        if leads or (cause is CauseOfRed.INFLOW and is_outpaced)
    ]
    return tuple(sorted(found, key=lambda cause: -cause.leads))
