"""A job is asked for by whoever may write nothing in the tenant, a viewer's file above all (S2)."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tenants.display.later import Wanted, under_way
from tenants.jobs.actions import send
from tenants.jobs.queries import live_export
from tenants.jobs.rules import State
from tenants.models import JobRequest, Ticket


@under_way
def job_of(wanted: Wanted) -> UUID | None:
    """Return the job that writes the same file for the same person. The tenant's scope, one query."""
    # A request that no worker has found yet is out of reach: it stands in the shared schema, and whoever asks
    # is inside a read-only transaction of the tenant (S1, S2).
    job = live_export(by=wanted.by, params=wanted.params)
    return job.id if job else None


@transaction.atomic
def ask_for_job(*, wanted: Wanted) -> None:
    """Write the request and its ticket; a worker makes the job of them. Public scope, after the tenant's."""
    JobRequest.objects.create(
        job=wanted.job, schema_name=wanted.schema, kind=wanted.kind, params=wanted.params, by=wanted.by
    )
    Ticket.objects.create(
        job=wanted.job, schema_name=wanted.schema, due_at=timezone.now(), state=State.WAITING
    )
    transaction.on_commit(partial(send, wanted.job, wanted.schema))
