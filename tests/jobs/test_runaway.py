"""A statement of a job that never ends is ended, and its attempt; what may take long does (J4, S12)."""

import logging
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.rules import State
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant
from tenants.provisioning import migrate_public, schemas
from tenants.scope import tenant_scope
from tests.jobs import kinds
from tests.workers import Workers

SOON = "the database ended a statement after 1 s"


def enqueue(tenant: Tenant, seconds: float) -> Job:
    with tenant_scope(tenant.schema_name):
        return actions.enqueue(kind=kinds.RUNAWAY, subject=str(seconds), params={"seconds": seconds})


def now(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.pk)


@pytest.mark.real_roles
@pytest.mark.kill
def test_a_worker_ends_a_statement_after_its_time_and_hears_that_the_job_is_cancelled(
    acme: Tenant, workers: Workers
) -> None:
    """S12, J7: the heart beats on, so nothing else would end it; a worker's limit is the setting's."""
    job = enqueue(acme, seconds=60)
    workers.start(MINGA_JOBS_STATEMENT_SECONDS="1")
    workers.until(lambda: now(acme, job).state != State.RUNNING and now(acme, job).attempt)
    waits = now(acme, job)
    assert (waits.state, waits.error) == (State.WAITING, f"statement_timeout: {SOON}")

    cancelled = enqueue(acme, seconds=61)
    workers.until(lambda: now(acme, cancelled).state == State.RUNNING)
    with tenant_scope(acme.schema_name):
        actions.cancel(job_id=cancelled.pk)
    workers.until(lambda: not now(acme, cancelled).is_live)
    assert now(acme, cancelled).state == State.CANCELLED


@pytest.mark.real_roles
def test_it_is_told_by_a_code_and_not_by_a_stack(
    acme: Tenant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """S12: the last attempt fails for good; of an ordinary error the log keeps the frames."""
    monkeypatch.setattr(settings, "DB_STATEMENT_TIMEOUT", "300ms")
    monkeypatch.setattr(settings, "JOBS_STATEMENT_SECONDS", 1)
    monkeypatch.setattr(settings, "JOBS_ATTEMPTS", 1)
    job = enqueue(acme, seconds=20)
    with caplog.at_level(logging.ERROR):
        work_on(DueTicket(job.pk, acme.schema_name))
    assert (now(acme, job).state, now(acme, job).error) == (State.FAILED, f"statement_timeout: {SOON}")
    (line,) = [one for one in caplog.records if one.name == "tenants.jobs.runner.work"]
    assert (line.getMessage(), line.exc_info) == ("attempt 1 failed: statement_timeout", None)


@pytest.mark.real_roles
def test_a_migration_takes_its_time(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """S12: platform jobs migrate and make indexes under the same worker's limit."""

    def slow(*_args: Any, **_options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")

    monkeypatch.setattr(settings, "DB_STATEMENT_TIMEOUT", "700ms")
    monkeypatch.setattr(schemas, "call_command", slow)
    migrate_public()


def test_no_message_has_to_come_back() -> None:
    """S10: why Redis' visibility timeout needs no check at the start (docs/adr/0002)."""
    ours = [task for name, task in current_app.tasks.items() if not name.startswith("celery.")]
    assert len(ours) >= 5
    assert {(task.acks_late, task.time_limit, task.soft_time_limit) for task in ours} == {(False, None, None)}
    conf = current_app.conf
    assert (conf.task_acks_late, conf.task_time_limit, conf.task_soft_time_limit) == (False, None, None)
