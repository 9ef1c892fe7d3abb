"""How far is a job? One shape for every bar (W2)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tenants.jobs.models import Job
from tenants.jobs.rules import QUIET_AFTER, State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, in the one shape of every bar (W2). Aware times, `eta_s` is (low, high) seconds."""

    id: str
    kind: str
    state: str
    phase: dict[str, object]
    done: int
    total: int | None
    percent: float | None
    counters: dict[str, int]
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    silent_s: int | None
    eta_s: tuple[int, int] | None
    poll_after_s: int | None
    can_cancel: bool
    can_undo: bool
    error: str
    result: dict[str, object] | None
    links: dict[str, str]


def progress_of(job: Job, *, now: datetime | None = None, links: dict[str, str] | None = None) -> Progress:
    """Return the job's progress as seen at `now`; no query. One with a link `undo` can be taken back."""
    now = now or timezone.now()
    return Progress(
        id=str(job.id),
        kind=job.kind,
        state=job.state,
        phase={"n": job.phase, "of": job.phases, "label": job.phase_label},
        done=job.done,
        total=job.total,
        percent=percent(job),
        counters=job.counters,
        attempt=job.attempt,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        heartbeat_at=job.heartbeat_at,
        silent_s=_silence(job, now),
        eta_s=_eta(job, now),
        poll_after_s=2 if job.is_live else None,
        can_cancel=job.is_live and job.cancel_requested_at is None,
        can_undo="undo" in (links or {}),
        error=job.error,
        result=job.result,
        links=links or {},
    )


def percent(job: Job) -> float | None:
    """Return 0-100 with one decimal; None while the total is unknown; 100 only when completed (W2)."""
    if job.state == State.COMPLETED:
        return 100.0
    if not job.total:
        return None
    return min(99.0, round(100 * job.done / job.total, 1))


def _silence(job: Job, now: datetime) -> int | None:
    if job.state != State.RUNNING or job.heartbeat_at is None or now - job.heartbeat_at < QUIET_AFTER:
        return None
    return int((now - job.heartbeat_at).total_seconds())


def _eta(job: Job, now: datetime) -> tuple[int, int] | None:
    # Earlier than 5 s or 3 % any forecast is noise.
    if (
        job.state != State.RUNNING
        or not job.total
        or job.started_at is None
        or job.done * 100 < job.total * 3
    ):
        return None
    elapsed = (now - job.started_at).total_seconds()
    if elapsed < 5 or job.done == 0:
        return None
    return range_of(elapsed * (job.total - job.done) / job.done)


def range_of(left_s: float) -> tuple[int, int]:
    """Return what is said of so many seconds that are left at the present pace: (low, high) (W2)."""
    return int(left_s * 0.8), int(left_s * 1.3) + 1
