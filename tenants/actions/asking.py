"""A job is asked for by whoever may write nothing in the tenant, a viewer's file above all (S2)."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from tenants.display.later import Wanted
from tenants.jobs.actions import send
from tenants.jobs.rules import State
from tenants.models import JobRequest, Ticket


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
