"""A job that somebody asked for who may write nothing is made by the worker that finds it (S2)."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import transaction

from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.models import JobRequest
from tenants.scope import public_scope


def made_of_request(ticket: DueTicket, scope: Callable[[], AbstractContextManager[None]]) -> bool:
    """Make the job of a ticket if it was only asked for; say whether it was. Repeats and twins make none."""
    with public_scope():
        asked = JobRequest.objects.filter(pk=ticket.job, schema_name=ticket.schema).first()
    if asked is None:
        return False
    job = Job(id=asked.job, kind=asked.kind, subject=str(asked.job), params=asked.params, created_by=asked.by)
    with scope(), transaction.atomic():
        Job.objects.bulk_create([job], ignore_conflicts=True)
    with public_scope():
        asked.delete()
    return True
