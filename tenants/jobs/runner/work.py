"""Pick a job fairly, hold its lease, run its handler, and settle how it ended."""

import logging
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from structlog.contextvars import bound_contextvars

from tenants.jobs.actions import send
from tenants.jobs.events import job_ended
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket, next_tickets
from tenants.jobs.rules import Cancelled, GaveWay, LeaseLost, State
from tenants.jobs.runner.crash import crash_point
from tenants.jobs.runner.heart import beating
from tenants.jobs.runner.lease import Lease, bury, claim, end, put_back
from tenants.jobs.runner.registry import UnknownKind, work_of
from tenants.jobs.runner.run import Run
from tenants.models import Ticket
from tenants.rules import Refused
from tenants.scope import owner_scope, public_scope, tenant_scope
from tenants.scope.logins import PUBLIC_SCHEMA

log = logging.getLogger(__name__)
UNKNOWN_KIND_SECONDS = 60


def work_once(*, platform: bool) -> bool:
    """Run the job whose turn it is; False when nothing is due. Opens and closes every scope itself (S4)."""
    with public_scope():
        candidates = next_tickets(platform=platform)
    return any(work_on(ticket) for ticket in candidates)


def work_on(ticket: DueTicket) -> bool:
    """Claim the ticket's job and run it to an end, a retry or a yield; False when it is not to be had."""
    scope = scope_of(ticket.schema)
    with scope():
        lease = claim(ticket.job)
        if lease is None:
            _settle_leftover(ticket)
            return False
        crash_point("after_claim")
        job = Job.objects.get(pk=ticket.job)
    again = _hold(job, lease, ticket.schema, scope)
    if again:
        send(ticket.job, ticket.schema)
    return True


def scope_of(schema: str) -> "partial[AbstractContextManager[None]]":
    """Return what opens the scope of a job's schema: platform jobs speak as the owner."""
    return partial(owner_scope) if schema == PUBLIC_SCHEMA else partial(tenant_scope, schema)


def _hold(job: Job, lease: Lease, schema: str, scope: "partial[AbstractContextManager[None]]") -> bool:
    run = Run(job, lease)
    with scope(), bound_contextvars(job=str(job.id), kind=job.kind, tenant=schema):
        try:
            with beating(run, schema, scope):
                result = work_of(job.kind).do(run)
            _finish(job, lease, State.COMPLETED, result=result)
        except LeaseLost:
            log.warning("job %s: lease lost, nothing written", job.id)
        except GaveWay:
            put_back(lease, seconds=0, gave_way=True)
            return True
        except UnknownKind:
            # A newer worker will know it; waiting costs no attempt.
            put_back(lease, seconds=UNKNOWN_KIND_SECONDS, gave_way=True)
        except Cancelled:
            _finish(job, lease, State.CANCELLED)
        except Refused as refusal:
            # A refusal is an answer: trying again would get the same one.
            _finish(job, lease, State.FAILED, error=str(refusal))
        except Exception as error:
            log.exception("job %s (%s) failed, attempt %s", job.id, job.kind, job.attempt)
            _retry_or_fail(job, lease, f"{type(error).__name__}: {error}")
    return False


def _retry_or_fail(job: Job, lease: Lease, error: str) -> None:
    if job.attempt >= settings.JOBS_ATTEMPTS:
        _finish(job, lease, State.FAILED, error=error)
    else:
        put_back(lease, seconds=settings.JOBS_RETRY_SECONDS[job.attempt - 1], error=error)


@transaction.atomic
def _finish(
    job: Job, lease: Lease, state: State, *, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    end(lease, state, result=result, error=error)
    job_ended.send(Job, kind=job.kind, params=job.params, state=state, error=error)


@transaction.atomic
def _settle_leftover(ticket: DueTicket) -> None:
    """Fail a job that fell silent for the last time, and mend a ticket that says what its job does not."""
    params = bury(ticket.job)
    job = Job.objects.filter(pk=ticket.job).first()
    if job is None:
        Ticket.objects.filter(job=ticket.job).update(state=State.FAILED)
    elif params is not None:
        job_ended.send(Job, kind=job.kind, params=params, state=State.FAILED, error=job.error)
