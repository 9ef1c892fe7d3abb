"""A person or a program asks for one of the backlog's jobs; one at a time runs (J5)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from identity.rules import JobKind
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.jobs.rules import AlreadyLive
from tenants.records.actions import note


@dataclass(frozen=True, slots=True)
class Start:
    """The job that was enqueued, or the live one that was left alone."""

    job: Job
    already_running: bool


@transaction.atomic
def start(*, kind: JobKind, params: dict[str, Any] | None = None, by: UUID | None = None) -> Start:
    """Enqueue a job unless one of its kind is live; return whichever there is.

    Raises AlreadyLive when the live one ended while one looked.
    """
    try:
        job = enqueue(kind=kind, params=params, by=by)
    except AlreadyLive:
        found = Job.objects.live().of(kind, "").first()
        if found is None:
            raise
        return Start(found, already_running=True)
    note(verb="start", of="job", id=job.id, by=by, change={"kind": kind, **(params or {})}, job=job.id)
    return Start(job, already_running=False)
