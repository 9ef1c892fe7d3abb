"""The broker's doors: run what is due, sweep for what was lost, mirror the tenants' schedules."""

from uuid import UUID

from celery import shared_task
from celery.signals import beat_init, worker_shutting_down
from django.utils.translation import gettext_lazy as _

from tenants.jobs import actions, queries
from tenants.jobs.rules import AlreadyLive, JobKind
from tenants.jobs.runner import Run, handles, lookout
from tenants.jobs.runner.ending import is_told, tell
from tenants.jobs.runner.work import work_once
from tenants.jobs.schedules import Every, mirror, runs_every
from tenants.models import Tenant, Ticket
from tenants.scope import public_scope, tenant_scope
from tenants.scope.logins import PUBLIC_SCHEMA

# Hints that may wait in one queue: each makes a worker look, and one that looks finds all that waits.
HINTS = 16
worker_shutting_down.connect(tell)
beat_init.connect(lookout.begin)
runs_every(Every("jobs_sweeper", actions.SWEEP_TASK, seconds=10))
runs_every(Every("jobs_mirror_schedules", "tenants.jobs.enqueue_platform", 60, (JobKind.MIRROR_SCHEDULES,)))


class TenantGone(Exception):
    """A message names a tenant that is no longer there; the task fails, it never runs in public (S4)."""


@shared_task(name=actions.RUN_TASK, ignore_result=True)
def run(ticket: str) -> bool:
    """Take the message as a hint that work waits, and do the job whose turn it is (J1, J8)."""
    if is_told():
        return False  # the next sweep sends the hint again, to who stays
    with public_scope():
        schema = Ticket.objects.filter(pk=UUID(ticket)).values_list("schema_name", flat=True).first()
        check_tenant(schema)
    return work_once(platform=schema == PUBLIC_SCHEMA)


@shared_task(name=actions.SWEEP_TASK, ignore_result=True)
def sweep() -> int:
    """Send again what is due and unclaimed: lost messages, silent workers, retries whose time has come."""
    sent = 0
    for platform, queue in ((True, actions.PLATFORM_QUEUE), (False, actions.TENANT_QUEUE)):
        room = max(0, HINTS - actions.waiting_in(queue))
        with public_scope():
            tickets = queries.unsent(platform=platform, limit=room)
        for ticket in tickets:
            actions.send(ticket.job, ticket.schema)
        sent += len(tickets)
    return sent


@shared_task(name="tenants.jobs.enqueue_scheduled", ignore_result=True)
def enqueue_scheduled(schema: str, kind: str, subject: str, params: dict[str, object]) -> bool:
    """Enqueue a tenant's periodic job; one still live is enough (J5, J9)."""
    with public_scope():
        check_tenant(schema)
    with tenant_scope(schema):
        try:
            actions.enqueue(kind=kind, subject=subject, params=params)
        except AlreadyLive:
            return False
    return True


@shared_task(name="tenants.jobs.enqueue_platform", ignore_result=True)
def enqueue_platform(kind: str) -> bool:
    """Enqueue a periodic platform job; one still live is enough (J5, J9)."""
    with public_scope():
        try:
            actions.enqueue(kind=kind)
        except AlreadyLive:
            return False
    return True


@handles(JobKind.MIRROR_SCHEDULES, label=_("Mirror schedules"))
def mirror_schedules(run: Run) -> dict[str, object]:
    """Bring the shared scheduler's rows in line with every tenant's own (J9)."""
    with run.chunk() as chunk:
        mirrored, dropped = mirror()
        chunk.advance(1, total=1, mirrored=mirrored, dropped=dropped)
    return dict(run.counters)


def check_tenant(schema: str | None) -> None:
    """Raise TenantGone unless the schema is public's or a tenant's. One query, public scope."""
    if schema != PUBLIC_SCHEMA and not Tenant.objects.filter(schema_name=schema or "").exists():
        raise TenantGone(schema or "no ticket")
