"""What can be asked about reclassifications: how far they are, what came of them, what they left."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personas.models import AppliedChunk, Reclassification
from personas.queries.results import SampleChange, first_changes_of, results_of
from personas.rules import PREVIEWS_USED_DAYS, SAMPLE_CHANGES, Outcome
from tenants.display.formats import reader
from tenants.jobs.models import Job
from tenants.jobs.progress import percent
from tenants.jobs.rules import ENDED, State
from tenants.models import Member
from tenants.rules import RefusalKind, Refused

STATUSES = {
    State.WAITING: "pending",
    State.RUNNING: "processing",
    State.COMPLETED: "completed",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}
STOPPED = (State.CANCELLED, State.FAILED)
COUNTERS = ("updated", "skipped_locked", "skipped_same", "errors")


class UnknownReclassification(Refused):
    """There is no such reclassification in this tenant."""

    code = "reclassification_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such reclassification.")


@dataclass(frozen=True, slots=True)
class ReclassificationProgress:
    """The counters of R3."""

    total_contacts: int
    processed: int
    updated: int
    skipped_locked: int
    skipped_same: int
    errors: int
    percent: float


@dataclass(frozen=True, slots=True)
class ReclassificationView:
    """A reclassification as programs and pages read it; `result` is R4's, None until the end."""

    job_id: UUID
    job_type: str
    params: dict[str, Any]
    dry_run: bool
    status: str
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    progress: ReclassificationProgress
    result: dict[str, Any] | None
    error: str
    attempt: int
    worker_id: str
    heartbeat_at: datetime | None
    revision: int
    preview_job_id: UUID | None
    undoes_job_id: UUID | None
    undone_by_job_id: UUID | None
    can_cancel: bool
    can_apply: bool
    can_undo: bool


def reclassifications(*, status: str = "", limit: int = 50, skip: int = 0) -> list[ReclassificationView]:
    """Return reclassifications, newest first, optionally of one status. Three queries.

    Four more when some stopped before their end.
    """
    found = _whole().order_by("-id")
    if status:
        state = next(state for state, word in STATUSES.items() if word == status)
        found = found.filter(job__in=Job.objects.filter(state=state).values("id"))
    return _views(list(found[skip : skip + limit]))


def reclassification(*, job_id: UUID) -> ReclassificationView:
    """Return one. Three queries, four more if it stopped before its end. Raises UnknownReclassification."""
    views = _views(list(_whole().filter(job=job_id)))
    if not views:
        raise UnknownReclassification(job=str(job_id))
    return views[0]


def undoable(*, job_ids: Collection[UUID]) -> list[UUID]:
    """Return which of them wrote contacts that can be given back now (R7). Three queries."""
    return [view.job_id for view in _views(list(_whole().filter(job__in=job_ids))) if view.can_undo]


def left_by(*, job_id: UUID, limit: int = SAMPLE_CHANGES) -> list[SampleChange]:
    """Return contacts that a reclassification listed and left, as changed or held since (R8).

    Five queries. Raises UnknownReclassification.
    """
    of = Reclassification.objects.filter(job=job_id).first()
    if of is None:
        raise UnknownReclassification(job=str(job_id))
    left = (Outcome.CHANGED, Outcome.HELD, Outcome.FAILED)
    return first_changes_of(of, outcomes=left, limit=limit)


def is_applicable(of: Reclassification, job: Job) -> bool:
    """Say whether a list is a preview that has completed and is not about to be forgotten (R2)."""
    is_young = timezone.now() - of.created_at < timedelta(days=PREVIEWS_USED_DAYS)
    return of.dry_run and job.state == State.COMPLETED and is_young


def _whole() -> Any:
    found = Reclassification.objects.select_related("preview", "undoes", "applied_by", "undone_by")
    # Rules are large and needed by few.
    found = found.defer("rules", "preview__rules", "undoes__rules", "applied_by__rules", "undone_by__rules")
    chunks = AppliedChunk.objects
    return found.annotate(
        applier_wrote=Exists(chunks.filter(by__preview=OuterRef("pk"))),
        undoer_wrote=Exists(chunks.filter(by__undoes=OuterRef("pk"))),
    )


def _views(found: list[Reclassification]) -> list[ReclassificationView]:
    followers = [getattr(one, name, None) for one in found for name in ("applied_by", "undone_by")]
    wanted = [one.job for one in (*found, *followers) if one]
    jobs = {job.id: job for job in Job.objects.filter(pk__in=wanted)}
    people = dict(Member.objects.filter(pk__in=_makers(jobs)).values_list("id", "email"))
    kept = [one for one in found if one.job in jobs]
    stopped = {
        one: jobs[one.job].cursor.get("transitions", {})
        for one in kept
        if jobs[one.job].state in ENDED and jobs[one.job].result is None
    }
    results = results_of(stopped) if stopped else {}
    return [_view(one, jobs, people, results.get(one.pk)) for one in kept]


def _follower(of: Reclassification, name: str, jobs: Mapping[UUID, Job], *, wrote: bool) -> Any:
    """Return who applies or undoes it, None for nobody, or for one that stopped before it wrote anything."""
    found = getattr(of, name, None)
    is_void = found is not None and not wrote and jobs[found.job].state in STOPPED
    return None if is_void else found


def _makers(jobs: Mapping[UUID, Job]) -> list[UUID]:
    return [job.created_by for job in jobs.values() if job.created_by]


def _view(
    of: Any, jobs: Mapping[UUID, Job], people: Mapping[UUID, str], stopped: dict[str, Any] | None
) -> ReclassificationView:
    job = jobs[of.job]
    ended = job.state in ENDED
    applied = _follower(of, "applied_by", jobs, wrote=of.applier_wrote)
    undone = _follower(of, "undone_by", jobs, wrote=of.undoer_wrote)
    progress = _progress(job)
    return ReclassificationView(
        job_id=of.job,
        job_type=of.type,
        params=of.params,
        dry_run=of.dry_run,
        status=STATUSES[State(job.state)],
        created_by=people.get(job.created_by, "") if job.created_by else "",
        created_at=job.created_at,
        started_at=job.started_at,
        completed_at=job.finished_at,
        progress=progress,
        result=_result(of, job, job.result or stopped) if ended else None,
        error=job.error,
        attempt=job.attempt,
        worker_id=job.worker,
        heartbeat_at=job.heartbeat_at,
        revision=of.revision,
        preview_job_id=of.preview.job if of.preview else None,
        undoes_job_id=of.undoes.job if of.undoes else None,
        undone_by_job_id=undone.job if undone else None,
        can_cancel=job.is_live and job.cancel_requested_at is None,
        can_apply=applied is None and is_applicable(of, job),
        can_undo=ended and not of.dry_run and undone is None and progress.updated > 0,
    )


def _progress(job: Job) -> ReclassificationProgress:
    counted = {name: job.counters.get(name, 0) for name in COUNTERS}
    return ReclassificationProgress(
        total_contacts=job.total or 0, processed=job.done, percent=percent(job) or 0.0, **counted
    )


def _result(of: Reclassification, job: Job, found: Any) -> dict[str, Any]:
    """Return the result with its sentence; of a job that stopped it is what was committed."""
    return {"message": _message(of, job, found["total_changes"]), **found}


def _message(of: Reclassification, job: Job, changes: int) -> str:
    if job.state != State.COMPLETED and of.dry_run:
        words = _("Stopped before its end: this preview is of no use, and nothing was changed.")
    elif job.state != State.COMPLETED:
        words = _("Stopped after %(changes)s changes, which stay.")
    elif not job.total:
        words = _("No contact is selected.")
    elif of.dry_run:
        words = _("%(changes)s of %(total)s contacts would change.")
    else:
        words = _("%(changes)s of %(total)s contacts changed.")
    number = reader().number
    return str(words) % {"changes": number(changes), "total": number(job.total or 0)}
