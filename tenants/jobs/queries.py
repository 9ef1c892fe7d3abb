"""What can be asked about jobs: whose turn it is, what is due, and how far a job is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from celery.schedules import crontab
from django.db import connection
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Now
from django.utils import timezone

from tenants.jobs.models import Job, Schedule, in_service
from tenants.jobs.progress import Progress, progress_of
from tenants.jobs.rules import FAILED_LATELY, LIVE, OVERDUE_AFTER, QUIET_AFTER, State, UnknownJob
from tenants.models import Member, Tenant, Ticket
from tenants.records.models import StoredFile
from tenants.records.queries import kept_for
from tenants.rules import JobKind, TenantStatus
from tenants.scope.logins import PUBLIC_SCHEMA

NONE = Q()
# More than these fall silent together when a machine is gone; each worker that looks finds all of them.
SILENT_AT_ONCE = 50

# The next tickets of each tenant, tenants with the fewest running jobs first (J8). Raw, because a loose index
# scan (the recursion) and a LATERAL pick read a few index entries a tenant, however many tickets wait.
FAIR = """
    WITH RECURSIVE live AS (
        (SELECT schema_name FROM tenants_ticket
          WHERE state IN ('waiting', 'running') ORDER BY schema_name LIMIT 1)
        UNION ALL
        SELECT (SELECT t.schema_name FROM tenants_ticket t
                 WHERE t.state IN ('waiting', 'running') AND t.schema_name > live.schema_name
                 ORDER BY t.schema_name LIMIT 1)
          FROM live WHERE live.schema_name IS NOT NULL)
    SELECT next.job, next.schema_name
      FROM live
     CROSS JOIN LATERAL (
           SELECT job, schema_name, due_at FROM tenants_ticket
            WHERE schema_name = live.schema_name AND state IN ('waiting', 'running')
              AND due_at <= statement_timestamp()
            ORDER BY due_at LIMIT 3) AS next
     WHERE (live.schema_name = 'public') = %(platform)s
       AND (live.schema_name = 'public' OR EXISTS (
            SELECT 1 FROM tenants_tenant t WHERE t.schema_name = live.schema_name AND t.status = 'ready'))
     ORDER BY (SELECT count(*) FROM tenants_ticket r
                WHERE r.schema_name = live.schema_name AND r.state = 'running'
                  AND r.due_at > statement_timestamp()),
              next.due_at
     LIMIT 12
"""


@dataclass(frozen=True, slots=True)
class DueTicket:
    """A ticket on which somebody should act now."""

    job: UUID
    schema: str


@dataclass(frozen=True, slots=True)
class SilentTicket(DueTicket):
    """A job whose worker's lease ended at a moment; the next one's lease makes it another."""

    ended_at: datetime


def silent_tickets() -> frozenset[SilentTicket]:
    """Return running tickets past their lease, some at most. One query by the index of live ones."""
    silent = Ticket.objects.filter(state=State.RUNNING, due_at__lte=Now()).order_by("due_at")
    return frozenset(SilentTicket(t.job, t.schema_name, t.due_at) for t in silent[:SILENT_AT_ONCE])


def next_tickets(*, platform: bool) -> list[DueTicket]:
    """Return up to twelve due tickets in fair order (J8), the platform's or tenants'. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FAIR, {"platform": platform})
        return [DueTicket(*row) for row in cursor.fetchall()]


def others_wait(*, schema: str) -> bool:
    """Say whether somebody else's job waits: another ready tenant's or the platform's. One query."""
    waiting = Ticket.objects.filter(state=State.WAITING, due_at__lte=Now()).exclude(schema_name=schema)
    return waiting.filter(in_service()).exists()


def is_closed(*, schema: str) -> bool:
    """Say whether a tenant is out of service: it leaves, or is put back. One query."""
    return bool(Tenant.objects.filter(schema_name=schema).exclude(status=TenantStatus.READY).exists())


def unsent(*, platform: bool, limit: int) -> list[DueTicket]:
    """Return tickets due for two seconds or longer: their message was lost, or their worker is (J1)."""
    due = Ticket.objects.filter(
        Q(schema_name=PUBLIC_SCHEMA) if platform else ~Q(schema_name=PUBLIC_SCHEMA),
        state__in=LIVE,
        due_at__lte=Now() - timedelta(seconds=2),
    )
    return [DueTicket(t.job, t.schema_name) for t in due.order_by("due_at")[:limit]]


def job(*, job_id: UUID, hidden: Q = NONE) -> Job:
    """Return the job; one that was asked for and is not made yet waits (S2). Raises UnknownJob.

    hidden: selects jobs that the asker may not see; they are answered as unknown.
    """
    row = Job.objects.filter(pk=job_id).annotate(is_hidden=hidden or Value(False)).first()
    if row is not None and row.is_hidden:
        raise UnknownJob(job=str(job_id))
    found: Job | None = row
    if found is None and Ticket.objects.filter(job=job_id, state=State.WAITING).exists():
        found = asked_for(job_id=job_id)
    if found is None:
        raise UnknownJob(job=str(job_id))
    return found


def progress_now(job_id: UUID) -> Progress:
    """Return how far a job of the open scope is at this moment. One query. Raises UnknownJob."""
    return progress_of(job(job_id=job_id), now=timezone.now())


def asked_for(*, job_id: UUID) -> Job:
    """Return the job that a worker will make: nothing but a list's file is asked for by who may not write."""
    return Job(id=job_id, kind=JobKind.EXPORT, due_at=timezone.now(), created_at=timezone.now())


def made_or_asked(*, job_id: UUID) -> Job:
    """Return a list's job as it stands; one that no worker has made yet waits. One query."""
    return Job.objects.filter(pk=job_id).first() or asked_for(job_id=job_id)


def live_export(*, by: UUID, params: dict[str, Any]) -> Job | None:
    """Return the job that writes for somebody the file that they ask for once more. One query."""
    # Who has cancelled it and asks again wants another one.
    lives = Job.objects.live().filter(cancel_requested_at=None)
    return lives.filter(kind=JobKind.EXPORT, created_by=by, params=params).first()


def file_of(found: Job, *, by: UUID | None) -> StoredFile | None:
    """Return the file that a job wrote for who asks, without its bytes; None for others and after its end."""
    number = (found.result or {}).get("file")
    if not number or by is None or found.created_by != by:
        return None
    return kept_for(file=number, by=by)


def jobs(*, kind: str | None = None, state: str | None = None, hidden: Q = NONE) -> QuerySet[Job]:
    """Return jobs, newest first, optionally of one kind or in one state, but the hidden ones."""
    chosen = {name: value for name, value in (("kind", kind), ("state", state)) if value}
    found = Job.objects.filter(**chosen).order_by("-id")
    return found.exclude(hidden) if hidden else found


@dataclass(frozen=True, slots=True)
class JobsPage:
    """One page of jobs and the id that the next page stands before; None on the last."""

    jobs: list[Job]
    before: UUID | None


def jobs_page(*, kind: str, state: str, before: str, size: int, hidden: Q = NONE) -> JobsPage:
    """Return a page of jobs, newest first, walked by id: no row is lost or doubled (W10). One query."""
    found = jobs(kind=kind, state=state, hidden=hidden)
    if _is_id(before):
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    return JobsPage(rows[:size], rows[size - 1].id if len(rows) > size else None)


def schedules() -> list[Schedule]:
    """Return the open tenant's schedules."""
    return list(Schedule.objects.all())


@dataclass(frozen=True, slots=True)
class Troubles:
    """How many jobs live, and how many want a person: failed lately, silent, waiting too long.

    `failed_before` failed in the day before; it is counted for the platform's overview only.
    """

    live: int = 0
    failed: int = 0
    silent: int = 0
    overdue: int = 0
    failed_before: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Return the troubles that there are, worst first."""
        named = {"failed": self.failed, "silent": self.silent, "overdue": self.overdue}
        return {name: count for name, count in named.items() if count}


def troubled(*, now: datetime) -> dict[str, Q]:
    """Return what each trouble means at `now`, for counts and for the lists behind them."""
    return {
        "failed": Q(state=State.FAILED, finished_at__gte=now - FAILED_LATELY),
        "silent": Q(state=State.RUNNING, heartbeat_at__lt=now - QUIET_AFTER),
        "overdue": Q(state=State.WAITING, due_at__lt=now - OVERDUE_AFTER),
    }


def troubles(*, now: datetime, hidden: Q = NONE) -> Troubles:
    """Count the open schema's jobs in trouble, but the hidden ones. One query."""
    kinds = troubled(now=now)
    wanted = jobs(hidden=hidden).filter(Q(state__in=LIVE) | kinds["failed"])
    counts = {name: Count("id", filter=what) for name, what in kinds.items()}
    return Troubles(**wanted.aggregate(live=Count("id", filter=Q(state__in=LIVE)), **counts))


def troubles_by_schema(*, now: datetime) -> dict[str, Troubles]:
    """Count every schema's jobs in trouble as their tickets tell it (J1). One query, public scope."""
    rows = Ticket.objects.values_list("schema_name").annotate(
        live=Count("job", filter=Q(state__in=LIVE)),
        failed=Count("job", filter=Q(state=State.FAILED, due_at__gte=now - FAILED_LATELY)),
        # A running job's ticket is due when its lease ends.
        silent=Count("job", filter=Q(state=State.RUNNING, due_at__lt=now)),
        overdue=Count("job", filter=Q(state=State.WAITING, due_at__lt=now - OVERDUE_AFTER)),
        failed_before=Count(
            "job",
            filter=Q(state=State.FAILED, due_at__gte=now - 2 * FAILED_LATELY, due_at__lt=now - FAILED_LATELY),
        ),
    )
    return {schema: Troubles(*counts) for schema, *counts in rows}


@dataclass(frozen=True, slots=True)
class Freshness:
    """The newest job of a kind and when the kind runs next; one of the two may be missing."""

    kind: str
    newest: Job | None
    next_at: datetime | None

    @property
    def last_at(self) -> datetime | None:
        """When the newest job ended, or else began."""
        return (self.newest.finished_at or self.newest.started_at) if self.newest else None


def live_kinds() -> dict[str, int]:
    """Count the open schema's waiting and running jobs by kind. One query."""
    live = Job.objects.live().order_by("kind").values_list("kind")
    return dict(live.annotate(count=Count("id")))


def held_kinds() -> list[str]:
    """Return the kinds of the open schema's jobs that a living worker holds. One query."""
    held = Job.objects.filter(state=State.RUNNING, lease_until__gt=Now())
    return sorted(set(held.values_list("kind", flat=True)))


def freshness(*, now: datetime, hidden: Q = NONE) -> list[Freshness]:
    """Return how fresh every kind of the open tenant is, but for hidden jobs (W5). Two queries."""
    newest = {job.kind: job for job in newest_of_each_kind(hidden=hidden)}
    coming = next_runs(now=now)
    return [
        Freshness(kind, newest.get(kind), coming.get(kind)) for kind in sorted(newest.keys() | coming.keys())
    ]


def newest_of_each_kind(*, hidden: Q = NONE) -> list[Job]:
    """Return the newest job of every kind that ever ran in the open schema, but hidden ones. One query."""
    return list(jobs(hidden=hidden).order_by("kind", "-id").distinct("kind"))


def names_of(*, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of those who asked for jobs, members of the open tenant only. One query."""
    return dict(Member.objects.filter(pk__in=[i for i in ids if i]).values_list("id", "name"))


def next_runs(*, now: datetime) -> dict[str, datetime]:
    """Return when each scheduled kind of the open tenant runs next, by its own clock. One query."""
    runs: dict[str, datetime] = {}
    for schedule in Schedule.objects.filter(is_active=True).with_zone():
        at = run_after(schedule, now)
        runs[schedule.kind] = min(at, runs.get(schedule.kind, at))
    return runs


def run_after(schedule: Schedule, moment: datetime) -> datetime:
    """Return when a schedule that was read `with_zone` runs next after a moment."""
    return next_run(schedule.crontab, now=moment, zone=ZoneInfo(schedule.zone))


def next_run(words: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after `now` that five crontab words name in `zone`."""
    minute, hour, day, month, weekday = words.split()
    # Celery reckons in its own zone: the wall clock is lent to it as UTC and taken back as what it is.
    wall = now.astimezone(zone).replace(tzinfo=UTC)
    clock = crontab(minute, hour, weekday, day, month, nowfun=lambda: wall)
    left: timedelta = clock.remaining_estimate(wall)
    return (wall + left).replace(tzinfo=zone)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
