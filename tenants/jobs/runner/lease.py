"""Every move of a job: one conditional UPDATE whose row count decides (J2), by the database's clock (S9)."""

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Now

from tenants.jobs.models import Job
from tenants.jobs.rules import ERROR_LENGTH, LeaseLost, State
from tenants.models import Ticket

SILENT = "the worker fell silent"

CLAIM = """
    UPDATE jobs_job
       SET state = 'running', lease_token = %(token)s,
           lease_until = statement_timestamp() + %(lease)s * interval '1 second',
           heartbeat_at = statement_timestamp(), worker = %(worker)s,
           started_at = coalesce(started_at, statement_timestamp()),
           attempt = attempt + CASE WHEN gave_way THEN 0 ELSE 1 END, gave_way = false, version = version + 1
     WHERE id = %(id)s AND (state = 'waiting' AND due_at <= statement_timestamp()
            OR state = 'running' AND lease_until < statement_timestamp())
       AND (attempt < %(attempts)s OR gave_way)
"""

# One statement saves the chunk's place and renews the lease.
ADVANCE = """
    UPDATE jobs_job
       SET done = %(done)s, total = %(total)s, counters = %(counters)s, cursor = %(cursor)s,
           phase = %(phase)s, phases = %(phases)s, phase_label = %(phase_label)s,
           heartbeat_at = statement_timestamp(), version = version + 1,
           lease_until = statement_timestamp() + %(lease)s * interval '1 second'
     WHERE id = %(id)s AND state = 'running' AND lease_token = %(token)s
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """The token that lets its holder write to one job."""

    job_id: UUID
    token: UUID


@transaction.atomic
def claim(job_id: UUID) -> Lease | None:
    """Take the job if it is due or its holder fell silent; None when somebody else was faster."""
    lease = Lease(job_id, uuid4())
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "id": job_id,
                "token": lease.token,
                "lease": settings.JOBS_LEASE_SECONDS,
                "worker": f"{socket.gethostname()}:{os.getpid()}",
                "attempts": settings.JOBS_ATTEMPTS,
            },
        )
        if not cursor.rowcount:
            return None
    _move_ticket(job_id, State.RUNNING)
    return lease


@transaction.atomic
def beat(lease: Lease) -> None:
    """Say that the worker lives (J4). Raises LeaseLost."""
    _write(lease, heartbeat_at=Now(), lease_until=_lease_end())
    _move_ticket(lease.job_id, State.RUNNING)


def advance(lease: Lease, place: dict[str, Any]) -> None:
    """Save progress inside the chunk's transaction. Raises LeaseLost."""
    with connection.cursor() as cursor:
        params = place | {"id": lease.job_id, "token": lease.token, "lease": settings.JOBS_LEASE_SECONDS}
        cursor.execute(ADVANCE, params)
        if not cursor.rowcount:
            raise LeaseLost(str(lease.job_id))


def end_is_asked(lease: Lease) -> bool:
    """Say whether somebody wants the job to stop. Raises LeaseLost. One query by primary key."""
    held = Job.objects.filter(pk=lease.job_id).leased(lease.token)
    row = held.values_list("cancel_requested_at").first()
    if row is None:
        raise LeaseLost(str(lease.job_id))
    return row[0] is not None


def end(lease: Lease, state: State, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """Move the job to one of its ends inside the caller's transaction. Raises LeaseLost."""
    _write(lease, **_unleased(state), finished_at=Now(), result=result, error=error[:ERROR_LENGTH])
    Ticket.objects.filter(job=lease.job_id).update(state=state)


@transaction.atomic
def put_back(lease: Lease, *, seconds: int, error: str = "", gave_way: bool = False) -> None:
    """Let the job wait again, after a failed attempt or to give way. Raises LeaseLost."""
    due = Now() + _interval(seconds)
    _write(lease, **_unleased(State.WAITING), due_at=due, error=error[:ERROR_LENGTH], gave_way=gave_way)
    Ticket.objects.filter(job=lease.job_id).update(state=State.WAITING, due_at=due)


@transaction.atomic
def bury(job_id: UUID) -> bool:
    """Fail a job whose last allowed attempt fell silent; say whether it was one (J4)."""
    silent = Job.objects.filter(
        pk=job_id, state=State.RUNNING, lease_until__lt=Now(), attempt__gte=settings.JOBS_ATTEMPTS
    )
    ended = {"finished_at": Now(), "error": SILENT, "version": F("version") + 1}
    return bool(silent.update(**_unleased(State.FAILED), **ended))


def _write(lease: Lease, **values: Any) -> None:
    if not Job.objects.filter(pk=lease.job_id).leased(lease.token).update(version=F("version") + 1, **values):
        raise LeaseLost(str(lease.job_id))


def _unleased(state: State) -> dict[str, Any]:
    return {"state": state, "lease_token": None, "lease_until": None}


def _move_ticket(job_id: UUID, state: State) -> None:
    Ticket.objects.filter(job=job_id).update(state=state, due_at=_lease_end())


def _lease_end() -> Any:
    return Now() + _interval(settings.JOBS_LEASE_SECONDS)


def _interval(seconds: int) -> Any:
    return Value(timedelta(seconds=seconds))
