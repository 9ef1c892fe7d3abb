"""What can be done with jobs: ask for one, ask for its end, tell workers what waits."""

import logging
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import ChannelError, OperationalError

from tenants.jobs.events import job_ended
from tenants.jobs.models import Job
from tenants.jobs.rules import AlreadyLive, NotCancellable, State, UnknownJob
from tenants.models import Ticket
from tenants.records.actions import note_act
from tenants.scope import current_schema
from tenants.scope.logins import PUBLIC_SCHEMA

log = logging.getLogger(__name__)

RUN_TASK = "tenants.jobs.run"
SWEEP_TASK = "tenants.jobs.sweep"
TENANT_QUEUE = f"{settings.QUEUE_PREFIX}.default"
PLATFORM_QUEUE = f"{settings.QUEUE_PREFIX}.platform"


@transaction.atomic
def enqueue(
    *,
    kind: str,
    subject: str = "",
    params: dict[str, Any] | None = None,
    by: UUID | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Write the job and its ticket in the caller's transaction and tell a worker on commit (J1).

    Works in the open scope: a tenant's, or the public one for platform jobs. Raises AlreadyLive (J5).
    """
    job = Job(kind=kind, subject=subject, params=params or {}, created_by=by)
    if due_at:
        job.due_at = due_at
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        if "job_one_live" in str(error):
            raise AlreadyLive(kind=kind, subject=subject) from error
        raise
    job.refresh_from_db(fields=["due_at", "created_at"])
    schema = current_schema() or PUBLIC_SCHEMA
    Ticket.objects.create(job=job.id, schema_name=schema, due_at=job.due_at, state=State.WAITING)
    if due_at is None:
        transaction.on_commit(partial(send, job.id, schema))
    return job


@transaction.atomic
def enqueue_soon(
    *, kind: str, subject: str = "", params: dict[str, Any] | None = None, by: UUID | None = None
) -> None:
    """See that a job looks at what was just written: a new one, or the live one that waits for later.

    A running one may have looked already; its handler sets the next look when it ends.
    """
    try:
        enqueue(kind=kind, subject=subject, params=params, by=by)
    except AlreadyLive:
        later = Job.objects.live().of(kind, subject).filter(state=State.WAITING, due_at__gt=Now())
        for job in later.select_for_update(skip_locked=True):
            Job.objects.filter(pk=job.pk).update(due_at=Now(), version=F("version") + 1)
            Ticket.objects.filter(job=job.pk).update(due_at=Now())
            transaction.on_commit(partial(send, job.pk, current_schema() or PUBLIC_SCHEMA))


@transaction.atomic
def cancel(*, job_id: UUID, by: UUID | None = None) -> Job:
    """Ask for the end: at once while waiting, at the next chunk while running (J7).

    Raises UnknownJob, or NotCancellable when the job has ended.
    """
    asked = {"cancel_requested_at": Now(), "cancel_requested_by": by, "version": F("version") + 1}
    waiting = Job.objects.filter(pk=job_id, state=State.WAITING)
    if waiting.update(state=State.CANCELLED, finished_at=Now(), **asked):
        Ticket.objects.filter(job=job_id).update(state=State.CANCELLED)
        job = Job.objects.get(pk=job_id)
        told = {"kind": job.kind, "params": job.params, "state": job.state, "error": ""}
        job_ended.send(Job, job=job.id, by=job.created_by, **told)
    elif not Job.objects.filter(pk=job_id, state=State.RUNNING).update(**asked):
        raise NotCancellable if Job.objects.filter(pk=job_id).exists() else UnknownJob
    if current_schema() is None:
        note_act(verb="job_cancelled", of="jobs.job", id=job_id, by=by, job=job_id)
    return Job.objects.get(pk=job_id)


@transaction.atomic
def call_off(*, kind: str) -> list[Job]:
    """End all live jobs of a kind at once and return them: rows of a backup, whose workers are gone.

    Nobody hears of it as of a cancelling: what they did after the backup is not known here.
    """
    # The table may be of an older release: only what it always had is read.
    live = list(Job.objects.live().filter(kind=kind).only("params").select_for_update())
    ended = {"state": State.CANCELLED, "lease_token": None, "lease_until": None, "finished_at": Now()}
    Job.objects.filter(pk__in=[job.pk for job in live]).update(**ended, version=F("version") + 1)
    Ticket.objects.filter(job__in=[job.pk for job in live]).update(state=State.CANCELLED)
    return live


@transaction.atomic
def begin_anew(*, kinds: Collection[str]) -> None:
    """Take running jobs of some kinds from their workers; they wait again, to be done from the beginning.

    It costs no attempt. Without its lease a worker commits nothing more (J3), whatever it has read by then.
    """
    running = Job.objects.filter(kind__in=kinds, state=State.RUNNING).select_for_update()
    taken = list(running.values_list("pk", flat=True))
    place = {"due_at": Now(), "gave_way": True, "cursor": {}, "done": 0}
    unleased = {"state": State.WAITING, "lease_token": None, "lease_until": None}
    Job.objects.filter(pk__in=taken).update(**unleased, **place, version=F("version") + 1)
    Ticket.objects.filter(job__in=taken).update(state=State.WAITING, due_at=Now())


def waiting_in(queue: str) -> int:
    """Return how many messages wait in a queue; none when the broker does not know it or does not answer."""
    with suppress(OperationalError, OSError, ChannelError), current_app.connection_for_write() as broker:
        return int(broker.default_channel.queue_declare(queue, passive=True).message_count)
    return 0


def send(job_id: UUID, schema: str) -> None:
    """Tell a worker that a ticket is due. A lost message loses nothing: the sweeper sends again (J1)."""
    queue = PLATFORM_QUEUE if schema == PUBLIC_SCHEMA else TENANT_QUEUE
    try:
        current_app.send_task(RUN_TASK, args=[str(job_id)], queue=queue, ignore_result=True, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("broker unreachable, job %s waits for the sweeper: %s", job_id, type(error).__name__)
