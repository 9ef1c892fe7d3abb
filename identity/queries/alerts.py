"""What wants attention now: leads without identity, money unclaimed, jobs that fail or are silent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from identity.queries.job_health import JobHealth, job_health
from identity.queries.statements import row
from identity.rules import BACKLOG_IN, JobKind

MANY_WITHOUT_IDENTITY = 100
GROWTH_PERCENT = 10.0
LEAST_IDENTITY_PERCENT = 80.0
UNCLAIMED_DAYS = 3
WEEK = timedelta(days=7)

# One reading of the view. How many dated leads were red a week ago the events tell. Since when a milestone is
# unclaimed the trips tell: the day on which the person's accounts reached it, each counted from the day that
# it and the lead were linked.
FIGURES = """
    WITH clock AS (
        SELECT timezone AS zone, (now() AT TIME ZONE timezone)::date AS today
          FROM public.tenants_tenant WHERE schema_name = current_schema()),
    limbo AS MATERIALIZED (
        SELECT lead_id, lead_date, person_key, linked_at, limbo_stage, missing_milestones AS missing
          FROM v_cabinet_leads_limbo),
    stuck AS (
        SELECT l.*, (SELECT min(m.trips) FROM identity_identitysettings s,
                            jsonb_to_recordset(s.milestones) AS m (code text, trips bigint)
                      WHERE m.code = ANY(l.missing)) AS needed
          FROM limbo l WHERE l.limbo_stage = 'TRIPS_NO_CLAIM'),
    since AS (
        SELECT s.lead_id, reached.day
          FROM stuck s
         CROSS JOIN LATERAL (
               SELECT day FROM (
                      SELECT day, sum(sum(trips)) OVER (ORDER BY day) AS made FROM (
                             SELECT greatest(t.day, (d.linked_at AT TIME ZONE zone)::date,
                                             (s.linked_at AT TIME ZONE zone)::date) AS day, t.trips
                               FROM identity_link d
                               JOIN identity_tripday t ON t.driver_id = d.source_pk
                                AND t.day >= s.lead_date AND t.day < s.lead_date + 14
                              CROSS JOIN clock
                              WHERE d.source = 'driver' AND d.person_id = s.person_key) AS counted
                       GROUP BY day) AS summed
                WHERE made >= s.needed ORDER BY day LIMIT 1) AS reached)
    SELECT count(*), count(person_key), count(*) FILTER (WHERE limbo_stage = 'NO_IDENTITY'),
           count(*) FILTER (WHERE limbo_stage = 'TRIPS_NO_CLAIM'),
           (SELECT count(*) FROM since, clock WHERE since.day <= clock.today - %(unclaimed_days)s),
           (SELECT coalesce(sum(CASE WHEN e.kind = ANY(%(coming)s) THEN 1 ELSE -1 END), 0)
              FROM identity_backlogevent e
              JOIN identity_lead l ON l.source_pk = e.source_pk AND l.lead_date IS NOT NULL
             WHERE e.happened_at <= %(week_ago)s),
           (SELECT created_at FROM identity_lead ORDER BY id LIMIT 1)
      FROM limbo
"""


class Severity(StrEnum):
    """How pressing an alert is, the most pressing first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlertCode(StrEnum):
    """What an alert is about."""

    TRIPS_NO_CLAIM_LASTS = "trips_no_claim_lasts"
    JOB_FAILED = "job_failed"
    GUARDRAIL_FAILED = "guardrail_failed"
    MATCHED_BUT_IN_BACKLOG = "matched_but_in_backlog"
    NO_IDENTITY_MANY = "no_identity_many"
    IDENTITY_SHARE_LOW = "identity_share_low"
    JOB_SILENT = "job_silent"
    NO_IDENTITY_GROWS = "no_identity_grows"


SEVERITIES = {
    AlertCode.TRIPS_NO_CLAIM_LASTS: Severity.HIGH,
    AlertCode.JOB_FAILED: Severity.HIGH,
    AlertCode.GUARDRAIL_FAILED: Severity.HIGH,
    AlertCode.MATCHED_BUT_IN_BACKLOG: Severity.HIGH,
    AlertCode.NO_IDENTITY_MANY: Severity.MEDIUM,
    AlertCode.IDENTITY_SHARE_LOW: Severity.MEDIUM,
    AlertCode.JOB_SILENT: Severity.MEDIUM,
    AlertCode.NO_IDENTITY_GROWS: Severity.LOW,
}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to look at: the figure that is beyond its bound, and of which job or check, if of one."""

    code: AlertCode
    figure: float | None = None
    bound: float | None = None
    subject: str = ""
    detail: str = ""
    severity: Severity = field(init=False)

    def __post_init__(self) -> None:
        """Take the severity of the code."""
        object.__setattr__(self, "severity", SEVERITIES[self.code])


@dataclass(frozen=True, slots=True)
class LimboFigures:
    """Leads of now, and how many were without identity a week ago."""

    leads: int
    with_identity: int
    no_identity: int
    trips_no_claim: int
    unclaimed_for_days: int
    no_identity_week_ago: int
    first_lead_at: datetime | None

    @property
    def identity_percent(self) -> float | None:
        """The leads with identity in percent, None of no leads."""
        return round(100 * self.with_identity / self.leads, 2) if self.leads else None

    @property
    def growth_percent(self) -> float | None:
        """How much more leads are without identity than a week ago, None if none were."""
        before = self.no_identity_week_ago
        return round(100 * (self.no_identity - before) / before, 2) if before > 0 else None


def limbo_figures(*, now: datetime) -> LimboFigures:
    """Count what the alerts look at. One query."""
    return LimboFigures(
        *row(FIGURES, unclaimed_days=UNCLAIMED_DAYS, coming=list(BACKLOG_IN), week_ago=now - WEEK)
    )


def alerts(*, now: datetime) -> tuple[Alert, ...]:
    """Return what wants attention at `now`, most pressing first; without leads nothing does. Four queries."""
    figures = limbo_figures(now=now)
    if figures.first_lead_at is None:
        return ()
    health = job_health(now=now, since=figures.first_lead_at)
    found = [*_of_limbo(figures), *_of_jobs(health)]
    order = list(SEVERITIES)
    return tuple(sorted(found, key=lambda alert: order.index(alert.code)))


def _of_limbo(figures: LimboFigures) -> Iterator[Alert]:
    if figures.unclaimed_for_days:
        yield Alert(AlertCode.TRIPS_NO_CLAIM_LASTS, figures.unclaimed_for_days, 0)
    if figures.no_identity > MANY_WITHOUT_IDENTITY:
        yield Alert(AlertCode.NO_IDENTITY_MANY, figures.no_identity, MANY_WITHOUT_IDENTITY)
    share, growth = figures.identity_percent, figures.growth_percent
    if share is not None and share < LEAST_IDENTITY_PERCENT:
        yield Alert(AlertCode.IDENTITY_SHARE_LOW, share, LEAST_IDENTITY_PERCENT)
    if growth is not None and growth >= GROWTH_PERCENT:
        yield Alert(AlertCode.NO_IDENTITY_GROWS, growth, GROWTH_PERCENT)


def _of_jobs(health: tuple[JobHealth, ...]) -> Iterator[Alert]:
    for job in health:
        if job.has_failed:
            yield Alert(AlertCode.JOB_FAILED, subject=job.kind, detail=job.error)
        if job.is_silent:
            yield Alert(AlertCode.JOB_SILENT, subject=job.kind, detail=_told(job.seen_at))
        if job.kind is JobKind.SEED and job.result.get("matched_but_in_backlog"):
            yield Alert(AlertCode.MATCHED_BUT_IN_BACKLOG, job.result["matched_but_in_backlog"], 0)
        if job.kind is JobKind.VERIFY:
            yield from _of_guardrails(job)


def _of_guardrails(job: JobHealth) -> Iterator[Alert]:
    for name, told in job.result.items():
        offending = told.get("offenders_count") if isinstance(told, dict) else None
        if offending:
            yield Alert(AlertCode.GUARDRAIL_FAILED, offending, 0, subject=name)


def _told(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
