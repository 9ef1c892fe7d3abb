"""What can be asked about reclassifications: how far they are, what came of them, what they left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personas.models import Reclassification
from personas.rules import PREVIEWS_USED_DAYS, SAMPLE_CHANGES, Outcome
from tenants.jobs.models import Job
from tenants.jobs.queries import percent
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
COUNTERS = ("updated", "skipped_locked", "skipped_same", "errors")

SAMPLE = """
    SELECT l.contact_id, coalesce(c.job_title, ''), l.old, l.new
      FROM personas_listedchange l LEFT JOIN personas_contact c ON c.id = l.contact_id
     WHERE l.of_id = %(list)s AND l.outcome = ANY(%(outcomes)s) AND l.contact_id <= %(upto)s
     ORDER BY l.contact_id LIMIT %(limit)s
"""


class UnknownReclassification(Refused):
    """There is no such reclassification in this tenant."""

    code = "reclassification_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such reclassification.")


@dataclass(frozen=True, slots=True)
class SampleChange:
    """One contact that changes or would; personas by their codes."""

    contact_id: int
    job_title: str
    old_persona: str
    new_persona: str


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
    """Return reclassifications, newest first, optionally of one status. Three queries."""
    found = _whole().order_by("-id")
    if status:
        state = next(state for state, word in STATUSES.items() if word == status)
        found = found.filter(job__in=Job.objects.filter(state=state).values("id"))
    return _views(list(found[skip : skip + limit]))


def reclassification(*, job_id: UUID) -> ReclassificationView:
    """Return one. Three queries. Raises UnknownReclassification."""
    views = _views(list(_whole().filter(job=job_id)))
    if not views:
        raise UnknownReclassification(job=str(job_id))
    return views[0]


def result_of(of: Reclassification, *, transitions: Mapping[str, int]) -> dict[str, Any]:
    """Return what a reclassification did or would do (R4); `transitions` counts by "old>new". Two queries."""
    codes = {one["id"]: one["code"] for one in of.rules.get("personas", ())}
    moved = [(*map(int, pair.split(">")), count) for pair, count in transitions.items()]
    breakdown: dict[str, int] = {}
    for _old, new, count in moved:
        breakdown[codes[new]] = breakdown.get(codes[new], 0) + count
    return {
        "total_changes": sum(count for _old, _new, count in moved),
        "sample_changes": [vars_of(change) for change in changes_of_list(of)],
        "persona_breakdown": breakdown,
        "transitions": [
            {"old_persona": codes[old], "new_persona": codes[new], "contacts": count}
            for old, new, count in sorted(moved, key=lambda move: -move[2])
        ],
    }


def changes_of_list(
    of: Reclassification, *, outcomes: Iterable[Outcome] = (Outcome.LISTED,), limit: int = SAMPLE_CHANGES
) -> list[SampleChange]:
    """Return the first contacts of a list that were, or would be, changed or left. Two queries."""
    codes = {one["id"]: one["code"] for one in of.rules.get("personas", ())}
    # Beyond the last committed stretch a real list is only a plan.
    upto = 1 << 62 if of.dry_run else of.chunks.order_by("-upto").values_list("upto", flat=True).first() or 0
    asked: dict[str, Any] = {
        "list": of.list_id,
        "outcomes": [int(one) for one in outcomes],
        "upto": upto,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, asked)
        return [SampleChange(number, title, codes[old], codes[new]) for number, title, old, new in cursor]


def left_by(*, job_id: UUID, limit: int = SAMPLE_CHANGES) -> list[SampleChange]:
    """Return contacts that a reclassification listed and left, as changed or held since (R8).

    Three queries. Raises UnknownReclassification.
    """
    of = Reclassification.objects.filter(job=job_id).first()
    if of is None:
        raise UnknownReclassification(job=str(job_id))
    return changes_of_list(of, outcomes=(Outcome.CHANGED, Outcome.HELD, Outcome.FAILED), limit=limit)


def is_applicable(of: Reclassification, job: Job) -> bool:
    """Say whether a list is a preview that has completed and is not about to be forgotten (R2)."""
    is_young = timezone.now() - of.created_at < timedelta(days=PREVIEWS_USED_DAYS)
    return of.dry_run and job.state == State.COMPLETED and is_young


def vars_of(change: SampleChange) -> dict[str, Any]:
    """Return a change as JSON; ids are texts, since they have more digits than a browser's numbers."""
    return {
        "contact_id": str(change.contact_id),
        "job_title": change.job_title,
        "old_persona": change.old_persona,
        "new_persona": change.new_persona,
    }


def _whole() -> Any:
    found = Reclassification.objects.select_related("preview", "undoes", "applied_by", "undone_by")
    # Rules are large and needed by few.
    return found.defer("rules", "preview__rules", "undoes__rules", "applied_by__rules", "undone_by__rules")


def _views(found: list[Reclassification]) -> list[ReclassificationView]:
    jobs = {job.id: job for job in Job.objects.filter(pk__in=[one.job for one in found])}
    people = dict(Member.objects.filter(pk__in=_makers(jobs)).values_list("id", "email"))
    return [_view(one, jobs[one.job], people) for one in found if one.job in jobs]


def _makers(jobs: Mapping[UUID, Job]) -> list[UUID]:
    return [job.created_by for job in jobs.values() if job.created_by]


def _view(of: Reclassification, job: Job, people: Mapping[UUID, str]) -> ReclassificationView:
    ended = job.state in ENDED
    applied, undone = getattr(of, "applied_by", None), getattr(of, "undone_by", None)
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
        result=_result(of, job) if ended else None,
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


def _result(of: Reclassification, job: Job) -> dict[str, Any]:
    """Return the stored result with its sentence; of one that was cancelled or failed, what it committed."""
    found = job.result or result_of(of, transitions=job.cursor.get("transitions", {}))
    return {"message": _message(of, job, found["total_changes"]), **found}


def _message(of: Reclassification, job: Job, changes: int) -> str:
    if job.state != State.COMPLETED:
        words = _("Stopped after %(changes)d changes, which stay.")
    elif not job.total:
        words = _("No contact is selected.")
    elif of.dry_run:
        words = _("%(changes)d of %(total)d contacts would change.")
    else:
        words = _("%(changes)d of %(total)d contacts changed.")
    return str(words) % {"changes": changes, "total": job.total or 0}
