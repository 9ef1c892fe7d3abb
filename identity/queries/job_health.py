"""Do identity's jobs run, and did their last run end well?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.db.models.functions import Greatest

from identity.rules import JobKind
from tenants.jobs.models import Job, Schedule
from tenants.jobs.queries import run_after
from tenants.jobs.rules import State

WATCHED = (JobKind.SEED, JobKind.RECOVER, JobKind.RECONCILE, JobKind.CLAIMS, JobKind.VERIFY)
SILENT = timedelta(hours=2)
# How long the daily ones may be silent where no schedule says it.
UNSCHEDULED: dict[str, timedelta] = {
    JobKind.CLAIMS: timedelta(days=2),
    JobKind.VERIFY: timedelta(days=2),
}


@dataclass(frozen=True, slots=True)
class JobHealth:
    """A kind of job: its last sign of life, whether it is silent for too long, how its last run ended."""

    kind: JobKind
    seen_at: datetime | None
    is_silent: bool
    has_failed: bool
    error: str
    result: dict[str, Any]


def job_health(*, now: datetime, since: datetime) -> tuple[JobHealth, ...]:
    """Return how identity's jobs do; one that never ran is silent from `since` on. Three queries."""
    seen, ended, schedules = _seen(), _ended(), _schedules()
    return tuple(
        JobHealth(
            kind=kind,
            seen_at=seen.get(kind),
            is_silent=_is_silent(kind, seen.get(kind) or since, schedules.get(kind), now),
            has_failed=kind in ended and ended[kind].state == State.FAILED,
            error=ended[kind].error if kind in ended else "",
            result=(ended[kind].result if kind in ended else None) or {},
        )
        for kind in WATCHED
    )


def _seen() -> dict[str, datetime]:
    signs = Greatest(Max("started_at"), Max("heartbeat_at"), Max("finished_at"))
    rows = Job.objects.filter(kind__in=WATCHED).order_by().values_list("kind").annotate(seen=signs)
    return {kind: seen for kind, seen in rows if seen}


def _ended() -> dict[str, Job]:
    """Return the newest run of each kind that came to an end by itself."""
    jobs = Job.objects.filter(kind__in=WATCHED, state__in=[State.COMPLETED, State.FAILED])
    return {job.kind: job for job in jobs.order_by("kind", "-finished_at", "-id").distinct("kind")}


def _schedules() -> dict[str, Schedule]:
    found = Schedule.objects.filter(is_active=True, kind__in=WATCHED)
    return {schedule.kind: schedule for schedule in found.with_zone()}


def _is_silent(kind: JobKind, seen: datetime, schedule: Schedule | None, now: datetime) -> bool:
    """Say whether a kind missed two runs of its schedule, and two hours at least went by."""
    if schedule is None:
        return now - seen > UNSCHEDULED.get(kind, SILENT)
    # By its own hours: one that rests at night is not silent then.
    second = run_after(schedule, run_after(schedule, seen))
    return now - seen > SILENT and now > second
