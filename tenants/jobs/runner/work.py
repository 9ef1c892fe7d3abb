"""Pick a job fairly, hold its lease, run its handler, and settle how it ended."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from psycopg.errors import QueryCanceled
from structlog.contextvars import bound_contextvars

from tenants.intake.scrubbing import scrubbed
from tenants.jobs.actions import send
from tenants.jobs.events import job_ended
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket, next_tickets
from tenants.jobs.rules import LIVE, Cancelled, GaveWay, LeaseLost, State
from tenants.jobs.runner.asked import made_of_request
from tenants.jobs.runner.crash import crash_point
from tenants.jobs.runner.heart import beating
from tenants.jobs.runner.lease import Lease, bury, claim, end, end_is_asked, put_back
from tenants.jobs.runner.registry import UnknownKind, work_of
from tenants.jobs.runner.run import Run
from tenants.models import Ticket
from tenants.rules import Refused
from tenants.scope import owner_scope, public_scope, tenant_scope
from tenants.scope.logins import PUBLIC_SCHEMA

log = logging.getLogger(__name__)
UNKNOWN_KIND_SECONDS = 60
ASIDE_SECONDS = 60
# What a job's error begins with whose statement was ended (MINGA_JOBS_STATEMENT_SECONDS).
STATEMENT_TIMEOUT = "statement_timeout"
# Other workers may be faster at every candidate of a look.
LOOKS = 5


def work_once(*, platform: bool) -> bool:
    """Run the job whose turn it is; False when nothing is due. Opens and closes every scope itself (S4)."""
    for _look in range(LOOKS):
        with public_scope():
            candidates = next_tickets(platform=platform)
        if not candidates or any(_tried(ticket) for ticket in candidates):
            return bool(candidates)
    return False


def _tried(ticket: DueTicket) -> bool:
    """Work on a ticket; one that cannot even be looked at steps aside, or it would stop every tenant (J8)."""
    try:
        return work_on(ticket)
    except Exception:
        log.exception("ticket of job %s cannot be worked on", ticket.job)
        connection.close()
        with public_scope():
            stuck = Ticket.objects.filter(pk=ticket.job, state__in=LIVE, due_at__lte=Now())
            stuck.update(due_at=Now() + timedelta(seconds=ASIDE_SECONDS))
        return False


def work_on(ticket: DueTicket) -> bool:
    """Claim the ticket's job and run it to an end, a retry or a yield; False when it is not to be had."""
    scope = scope_of(ticket.schema)
    with scope():
        lease = claim(ticket.job)
    if lease is None and made_of_request(ticket, scope):
        with scope():
            lease = claim(ticket.job)
    with scope():
        if lease is None:
            settle_leftover(ticket)
            return False
        crash_point("after_claim")
        job = Job.objects.get(pk=ticket.job)
    again = hold(job, lease, ticket.schema, scope)
    if again:
        send(ticket.job, ticket.schema)
    return True


def scope_of(schema: str) -> "partial[AbstractContextManager[None]]":
    """Return what opens the scope of a job's schema: platform jobs speak as the owner."""
    return partial(owner_scope) if schema == PUBLIC_SCHEMA else partial(tenant_scope, schema)


def hold(
    job: Job,
    lease: Lease,
    schema: str,
    scope: "partial[AbstractContextManager[None]]",
    *,
    waited_for: bool = False,
    on_chunk: Callable[[], None] | None = None,
) -> bool:
    """Run a claimed job; True when it gave way and should be sent again.

    Somebody who waits for it (`waited_for`) is told of an error at once: no second attempt, and no slices;
    and may watch, after each chunk.
    """
    run = Run(job, lease, gives_way=not waited_for)
    run.on_chunk = on_chunk or run.on_chunk
    with scope(), bound_contextvars(**_named(job, schema)):
        try:
            with beating(run, schema, scope):
                result = work_of(job.kind).do(run)
            _finish(job, lease, State.COMPLETED, result=result)
        except LeaseLost:
            log.warning("lease lost, nothing written")
        except GaveWay:
            put_back(lease, seconds=0, gave_way=True)
            return True
        except Cancelled:
            _finish(job, lease, State.CANCELLED)
        except Refused as refusal:
            # A refusal is an answer: trying again would get the same one.
            _finish(job, lease, State.FAILED, error=str(refusal))
        except Exception as error:
            if _is_out_of_time(error):
                # Where it stood when its time was over is no defect's place.
                log.error("attempt %s failed: %s", job.attempt, STATEMENT_TIMEOUT)
            else:
                log.exception("attempt %s failed", job.attempt)
            # The error may be the connection's own; the next statement gets another.
            connection.close_if_unusable_or_obsolete()
            _retry_or_fail(job, lease, error, retries=not waited_for)
    return False


def _named(job: Job, schema: str) -> dict[str, str]:
    """Return what each line of the log says of the work (S19)."""
    asked = {"user": str(job.created_by)} if job.created_by else {}
    return {"job": str(job.id), "kind": job.kind, "tenant": schema, **asked}


def _retry_or_fail(job: Job, lease: Lease, error: Exception, *, retries: bool) -> None:
    words = _words_of(error)
    if end_is_asked(lease):
        _finish(job, lease, State.CANCELLED)
    elif isinstance(error, UnknownKind):
        # A newer worker will know it; waiting costs no attempt.
        put_back(lease, seconds=UNKNOWN_KIND_SECONDS, gave_way=True)
    elif job.attempt >= settings.JOBS_ATTEMPTS or not retries:
        _finish(job, lease, State.FAILED, error=words)
    else:
        put_back(lease, seconds=settings.JOBS_RETRY_SECONDS[job.attempt - 1], error=words)


def _words_of(error: Exception) -> str:
    if _is_out_of_time(error):
        seconds = settings.JOBS_STATEMENT_SECONDS
        return f"{STATEMENT_TIMEOUT}: the database ended a statement after {seconds} s"
    # A database quotes the row that it refused.
    return scrubbed(f"{type(error).__name__}: {error}")


def _is_out_of_time(error: Exception) -> bool:
    return isinstance(error.__cause__ or error, QueryCanceled)


@transaction.atomic
def _finish(
    job: Job, lease: Lease, state: State, *, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    end(lease, state, result=result, error=error)
    _announce(job, state, error)


@transaction.atomic
def settle_leftover(ticket: DueTicket) -> None:
    """Fail a job that fell silent for the last time; let a ticket say again what its job says (J1, J4)."""
    buried = bury(ticket.job)
    job = Job.objects.select_for_update().filter(pk=ticket.job).first()
    if buried and job:
        _announce(job, State.FAILED, job.error)
    state, due_at = (job.state, job.lease_until or job.due_at) if job else (State.FAILED, Now())
    Ticket.objects.filter(job=ticket.job).update(state=state, due_at=due_at)


def _announce(job: Job, state: State, error: str) -> None:
    """Tell who mirrors the job. Success is what they could record; any other end stands without them."""
    try:
        with transaction.atomic():
            told = {"kind": job.kind, "params": job.params, "state": state, "error": error}
            job_ended.send(Job, job=job.id, by=job.created_by, **told)
    except Exception:
        if state is State.COMPLETED:
            raise
        log.exception("nobody could record the end of job %s", job.id)
