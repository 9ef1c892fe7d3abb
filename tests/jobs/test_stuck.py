"""One tenant's broken job never stops another's, and nothing stays stuck (J1, J4, J8)."""

import time
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket, next_tickets, others_wait
from tenants.jobs.rules import State
from tenants.jobs.runner import registry
from tenants.jobs.runner.work import work_on, work_once
from tenants.jobs.tasks import HINTS, sweep
from tenants.models import Tenant, Ticket
from tenants.rules import TenantStatus
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.jobs import kinds
from tests.workers import Workers


def enqueue(tenant: Tenant, kind: str = kinds.COUNT, subject: str = "", **params: object) -> Job:
    with tenant_scope(tenant.schema_name):
        return actions.enqueue(kind=kind, subject=subject, params={"steps": 1} | params)


def state_of(tenant: Tenant, job: Job) -> str:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.pk).state


@pytest.mark.real_roles
def test_a_tenant_with_broken_tables_stops_nobody_else(acme: Tenant, birch: Tenant) -> None:
    """J8: its ticket steps aside; the other tenant's job runs at the next look."""
    broken, sound = enqueue(acme), enqueue(birch)
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{acme.schema_name}".jobs_job RENAME COLUMN cursor TO cursor_gone')
        cursor.execute(f'ALTER TABLE "{acme.schema_name}".jobs_job RENAME COLUMN gave_way TO gone')
    work_once(platform=False)
    work_once(platform=False)
    assert state_of(birch, sound) == State.COMPLETED
    with public_scope():
        assert Ticket.objects.get(pk=broken.pk).due_at > timezone.now()


def test_tickets_that_lie_are_put_right_and_hide_nobody(acme: Tenant) -> None:
    """J1: after a restore, say, tickets wait for jobs that ended long ago."""
    ended = [enqueue(acme, subject=str(n)) for n in range(4)]
    for job in ended:
        with tenant_scope(acme.schema_name):
            actions.cancel(job_id=job.id)
    with public_scope():
        Ticket.objects.filter(pk__in=[job.pk for job in ended]).update(state=State.WAITING)
    real = enqueue(acme, subject="real")
    while work_once(platform=False):
        pass
    assert state_of(acme, real) == State.COMPLETED
    with public_scope():
        assert not Ticket.objects.filter(schema_name=acme.schema_name, state=State.WAITING).exists()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the owner of the failing kind be unable to record how its jobs end."""

    def cannot(params: dict[str, Any], state: str, error: str) -> None:
        raise KeyError("import")

    work = registry.Work(kinds.BOOM, "Boom", kinds.boom, cannot)
    monkeypatch.setitem(registry._WORKS, kinds.BOOM, work)


@pytest.mark.usefixtures("deaf")
def test_a_job_ends_even_if_its_owner_cannot_record_it(in_acme: Tenant) -> None:
    """J4: failed for good is failed for good."""
    job = actions.enqueue(kind=kinds.BOOM, params={"times": 9})
    Job.objects.update(attempt=2)
    work_on(DueTicket(job.id, in_acme.schema_name))
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "ValueError: boom")


def test_a_cancel_asked_for_while_an_attempt_fails_is_obeyed_at_once(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J7: nobody waits for the next attempt to be allowed to stop."""

    def cancelled_meanwhile(run: Any) -> None:
        actions.cancel(job_id=run.job_id)
        raise ValueError("boom")

    monkeypatch.setitem(registry._WORKS, kinds.BOOM, registry.Work(kinds.BOOM, "Boom", cancelled_meanwhile))
    job = actions.enqueue(kind=kinds.BOOM, params={})
    work_on(DueTicket(job.id, in_acme.schema_name))
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_a_tenant_that_is_not_served_makes_nobody_give_way(acme: Tenant, birch: Tenant) -> None:
    """J8"""
    enqueue(birch)
    with owner_scope():
        assert others_wait(schema=acme.schema_name)
        Tenant.objects.filter(pk=birch.pk).update(status=TenantStatus.FAILED)
        assert not others_wait(schema=acme.schema_name)
        assert all(ticket.schema != birch.schema_name for ticket in next_tickets(platform=False))


@pytest.mark.real_roles
@pytest.mark.services
@pytest.mark.usefixtures("workers")
def test_the_sweeper_does_not_flood_the_broker(acme: Tenant) -> None:
    """J1: hints are few, however much waits and however long nobody works."""
    for number in range(HINTS * 3):
        enqueue(acme, subject=str(number))
    with public_scope():
        Ticket.objects.update(due_at="2020-01-01T00:00Z")
    before = actions.waiting_in(actions.TENANT_QUEUE)
    assert before >= HINTS * 3
    for _ in range(5):
        sweep()
    # The broker itself may put a killed worker's few messages back meanwhile.
    assert actions.waiting_in(actions.TENANT_QUEUE) < before + HINTS


@pytest.mark.real_roles
@pytest.mark.services
@pytest.mark.kill
def test_a_connection_lost_between_chunks_costs_a_retry_and_not_the_lease(
    acme: Tenant, workers: Workers
) -> None:
    """J4: the attempt fails, the job waits for its next one at once."""
    job = enqueue(acme, steps=100, pause=0.1)
    workers.start(MINGA_JOBS_LEASE_SECONDS="60")
    workers.until(lambda: done(acme, job) >= 3)
    cut_connections(acme)
    started = time.monotonic()
    workers.until(lambda: state_of(acme, job) == State.WAITING)
    assert time.monotonic() - started < 30


def done(tenant: Tenant, job: Job) -> int:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.pk).done


def cut_connections(tenant: Tenant) -> None:
    """End every session of the tenant's role, as a restarted proxy would."""
    connection.close()
    with owner_scope(), connection.cursor() as cursor:
        role = f"{tenant.schema_name}_rw"
        cursor.execute(f'GRANT "{role}" TO CURRENT_USER')
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = %s AND datname = current_database()",
            [role],
        )
