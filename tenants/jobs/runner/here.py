"""Run a job in this very process: for commands, whose caller waits for the result.

The row, the lease and the result are those of any job, so that a worker goes on when this process is killed,
and two starts never do one thing twice (J1, J5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.rules import AlreadyLive, State
from tenants.jobs.runner.lease import Lease, claim
from tenants.jobs.runner.registry import Result, work_of
from tenants.jobs.runner.run import DryRun
from tenants.jobs.runner.work import hold, scope_of, settle_leftover
from tenants.scope import current_schema
from tenants.scope.logins import PUBLIC_SCHEMA

Show = Callable[[UUID], None] | None
# A live job may end between two looks; the third start is ours or somebody else's at work.
STARTS = 3


@dataclass(frozen=True, slots=True)
class Started:
    """The job that was run, or the one that runs elsewhere and is left alone."""

    job: Job
    already_running: bool = False


def run_here(
    *,
    kind: str,
    subject: str = "",
    params: dict[str, Any] | None = None,
    by: UUID | None = None,
    show: Show = None,
) -> Started:
    """Enqueue a job, run it in the open scope to its end and return it; outside of any transaction.

    `show` hears the job's id after each chunk.

    One of the same kind and subject that is live is left alone, unless nobody works on it: fallen silent, or
    waiting with the same parameters, it is run instead (J5). Raises AlreadyLive when others start and end
    such jobs faster than one can look.
    """
    for _start in range(STARTS):
        try:
            job, lease = _begin(kind, subject, params or {}, by)
        except AlreadyLive:
            found = Job.objects.live().of(kind, subject).first()
            if found is None:
                continue
            job, lease = found, _take_over(found, params or {})
        if lease is not None:
            return Started(_held(job, lease, show))
        if job.is_live:
            return Started(job, already_running=True)
    raise AlreadyLive(kind=kind, subject=subject)


def rehearse(*, kind: str, params: dict[str, Any] | None = None) -> Result:
    """Do a job's work in one transaction of the open scope and take it back: no job row, nothing written.

    What the work would lock stays locked until it returns.
    """
    with transaction.atomic():
        result = work_of(kind).do(DryRun(params or {}))
        transaction.set_rollback(True)
    return result


@transaction.atomic
def _begin(kind: str, subject: str, params: dict[str, Any], by: UUID | None) -> tuple[Job, Lease | None]:
    # Claimed before anybody else can see it.
    job = enqueue(kind=kind, subject=subject, params=params, by=by)
    return job, claim(job.id)


def _take_over(job: Job, params: dict[str, Any]) -> Lease | None:
    """Claim a live job that nobody works on; None when it is worked on or asked for otherwise."""
    if job.state == State.WAITING and job.params != params:
        return None
    lease = claim(job.id)
    if lease is None:
        settle_leftover(DueTicket(job.id, _schema()))
        job.refresh_from_db()
    return lease


def _held(job: Job, lease: Lease, show: Show) -> Job:
    schema = _schema()
    job.refresh_from_db()
    on_chunk = partial(show, job.id) if show else None
    # What a job keeps in words is in the installation's language, whatever the terminal speaks.
    with translation.override(settings.LANGUAGE_CODE):
        hold(job, lease, schema, scope_of(schema), waited_for=True, on_chunk=on_chunk)
    job.refresh_from_db()
    return job


def _schema() -> str:
    return current_schema() or PUBLIC_SCHEMA
