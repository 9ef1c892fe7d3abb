"""A job whose worker fell silent is offered anew at once, and once for each lease (S11, J1)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner import lookout
from tenants.models import Tenant, Ticket
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.jobs import kinds
from tests.workers import ROOT, Workers

BEAT = [sys.executable, "-m", "celery", "--app", "config.celery", "beat", "--pidfile=", "-l", "warning"]


def enqueue(tenant: Tenant, kind: str, subject: str = "", **params: object) -> Job:
    with tenant_scope(tenant.schema_name):
        return actions.enqueue(kind=kind, subject=subject, params=params)


def now(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.pk)


def test_it_tells_of_each_silence_once(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """J1: busy workers' queues are not filled; what waits is the sweeper's."""
    silent, alive, waits = (enqueue(acme, kinds.COUNT, str(n), steps=1) for n in range(3))
    told: list[str] = []
    monkeypatch.setattr(
        "tenants.jobs.actions.current_app.send_task", lambda _name, args, **_options: told.append(args[0])
    )
    with public_scope():
        long_ago = timezone.now() - timedelta(minutes=1)
        Ticket.objects.filter(pk=waits.pk).update(due_at=long_ago)
        Ticket.objects.filter(pk=silent.pk).update(state=State.RUNNING, due_at=long_ago)
        Ticket.objects.filter(pk=alive.pk).update(
            state=State.RUNNING, due_at=timezone.now() + timedelta(minutes=1)
        )
    seen = lookout.look()
    assert told == [str(silent.pk)]
    assert lookout.look(seen) == seen
    assert len(told) == 1
    with public_scope():
        Ticket.objects.filter(pk=silent.pk).update(due_at=timezone.now())
    lookout.look(seen)
    assert len(told) == 2, "the next worker's silence is another"


def test_it_goes_on_after_any_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """S11: a thread that died would be missed by nobody; its fault is told with its trace."""
    looks = iter([ValueError("a defect"), OperationalError("away"), RuntimeError("another")])
    naps: list[float] = []

    def look(_seen: object) -> object:
        fault = next(looks, None)
        if fault is None:
            raise SystemExit
        raise fault

    monkeypatch.setattr(lookout, "look", look)
    monkeypatch.setattr(lookout, "sleep", naps.append)
    with pytest.raises(SystemExit):
        lookout._look_for_ever()
    assert naps.count(lookout.PAUSE_SECONDS) == 3, "a fault that lasts fills no log"
    traced = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert traced == ["a defect", "another"]
    assert "OperationalError" in caplog.text


@pytest.fixture
def beat(birch: Tenant, workers: Workers) -> Iterator[Any]:
    """Start a beat that asks for a job of Birch's."""
    with owner_scope():
        interval, _made = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
        arguments = [birch.schema_name, kinds.COUNT, "any", {"steps": 1}]
        # Once: each hint makes a worker look for whatever is due.
        PeriodicTask.objects.create(
            name="any",
            task="tenants.jobs.enqueue_scheduled",
            interval=interval,
            args=json.dumps(arguments),
            one_off=True,
        )
    started: list[subprocess.Popen[bytes]] = []
    yield lambda: started.append(subprocess.Popen(BEAT, cwd=ROOT, env=os.environ, start_new_session=True))
    for one in started:
        one.kill()
        one.wait()


@pytest.mark.real_roles
@pytest.mark.kill
def test_a_killed_workers_job_is_taken_over_when_its_lease_ends(
    acme: Tenant, birch: Tenant, workers: Workers, beat: Any
) -> None:
    """S11: within a second; another one for a busy machine. The sweeper's hint comes after two at least."""
    job = enqueue(acme, kinds.SLEEP, seconds=120)
    (busy,) = workers.start()
    workers.until(lambda: now(acme, job).state == State.RUNNING)
    beat()
    workers.start()
    # Asked for by the beat and done by the second worker: both are there.
    workers.until(lambda: done_in(birch), sweeping=False)
    workers.kill(busy)
    ends_at = now(acme, job).lease_until
    workers.until(lambda: now(acme, job).attempt == 2, sweeping=False)
    taken_at = now(acme, job).heartbeat_at
    assert ends_at is not None
    assert taken_at is not None
    assert timedelta() < taken_at - ends_at < timedelta(seconds=2)


def done_in(tenant: Tenant) -> bool:
    with tenant_scope(tenant.schema_name):
        return Job.objects.filter(kind=kinds.COUNT, state=State.COMPLETED).exists()
