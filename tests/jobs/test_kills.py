"""Real workers, real broker, real SIGKILL: nothing lost, nothing done twice (J1, J4, J6, J8, S11)."""

import os
import signal

import pytest

from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.models import Tenant, Ticket
from tenants.scope import public_scope, tenant_scope
from tests.jobs import kinds
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]


def enqueue(tenant: Tenant, kind: str = kinds.COUNT, **params: object) -> Job:
    with tenant_scope(tenant.schema_name):
        return actions.enqueue(kind=kind, params=params)


def now(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.id)


def steps(tenant: Tenant, job: Job) -> list[int]:
    with tenant_scope(tenant.schema_name):
        return kinds.steps_of(job.id)


@pytest.mark.services
def test_a_worker_killed_three_times_in_mid_job_loses_and_doubles_nothing(
    acme: Tenant, workers: Workers
) -> None:
    """J1, J4, J6: the third attempt ends what the first began."""
    job = enqueue(acme, steps=60, pause=0.1)
    for attempt in (1, 2):
        (worker,) = workers.start()
        workers.until(lambda n=attempt: now(acme, job).attempt == n and now(acme, job).done >= 10 * n)  # type: ignore[misc]
        workers.kill(worker)
        assert now(acme, job).state == State.RUNNING, "its lease outlives it"
    workers.start(2)
    workers.until(lambda: not now(acme, job).is_live)
    ended = now(acme, job)
    assert (ended.state, ended.attempt, ended.counters) == (State.COMPLETED, 3, {"written": 60})
    assert steps(acme, job) == list(range(60))


@pytest.mark.parametrize(
    ("point", "done"),
    [
        ("after_claim", 0),
        pytest.param("before_commit:3", 2, marks=pytest.mark.services),
        ("after_commit:3", 3),
    ],
)
def test_a_kill_at_a_named_point_changes_nothing_in_the_end(
    acme: Tenant, workers: Workers, point: str, done: int
) -> None:
    """J6, S11: after the claim, before a commit, after a commit."""
    job = enqueue(acme, steps=8, pause=0)
    workers.start_and_die(point)
    assert (now(acme, job).attempt, steps(acme, job)) == (1, list(range(done)))
    workers.start()
    workers.until(lambda: not now(acme, job).is_live)
    assert (now(acme, job).state, now(acme, job).attempt) == (State.COMPLETED, 2)
    assert steps(acme, job) == list(range(8))


@pytest.mark.services
def test_a_worker_whose_child_is_killed_goes_on_itself(acme: Tenant, workers: Workers) -> None:
    """J4, S11: as the kernel kills what takes too much memory; the worker's next child takes the job over."""
    job = enqueue(acme, steps=40, pause=0.1)
    workers.start()
    workers.until(lambda: now(acme, job).done >= 5)
    os.kill(int(now(acme, job).worker.rpartition(":")[2]), signal.SIGKILL)
    workers.until(lambda: not now(acme, job).is_live)
    assert (now(acme, job).state, now(acme, job).attempt) == (State.COMPLETED, 2)
    assert steps(acme, job) == list(range(40))


@pytest.mark.services
def test_a_worker_that_is_told_to_end_gives_its_job_back(acme: Tenant, workers: Workers) -> None:
    """J4, J6: at the next chunk, without an attempt or a lease to wait for; whoever stays goes on there."""
    job = enqueue(acme, steps=300, pause=0.1)
    (ending,) = workers.start()
    workers.until(lambda: now(acme, job).done >= 5)
    ending.terminate()
    assert ending.wait(10) == 0
    left = now(acme, job)
    assert (left.state, left.attempt, left.gave_way) == (State.WAITING, 1, True)
    assert steps(acme, job) == list(range(left.done))
    with tenant_scope(acme.schema_name):
        Job.objects.filter(pk=job.pk).update(params={"steps": left.done + 5, "pause": 0})
    workers.start()
    workers.until(lambda: not now(acme, job).is_live)
    assert (now(acme, job).state, now(acme, job).attempt) == (State.COMPLETED, 1)
    assert steps(acme, job) == list(range(left.done + 5))


@pytest.mark.services
def test_a_frozen_worker_that_wakes_writes_nothing_more(acme: Tenant, workers: Workers) -> None:
    """J3: the woken zombie's lease is gone."""
    job = enqueue(acme, steps=40, pause=0.1)
    (frozen,) = workers.start()
    workers.until(lambda: now(acme, job).done >= 5)
    os.killpg(frozen.pid, signal.SIGSTOP)
    workers.start()
    workers.until(lambda: now(acme, job).attempt == 2)
    os.killpg(frozen.pid, signal.SIGCONT)
    workers.until(lambda: not now(acme, job).is_live)
    assert (now(acme, job).state, steps(acme, job)) == (State.COMPLETED, list(range(40)))


def test_a_slow_handler_keeps_its_lease(acme: Tenant, workers: Workers) -> None:
    """J4: a chunk longer than two leases is beaten through."""
    job = enqueue(acme, kinds.SLEEP, seconds=7)
    workers.start(2)
    workers.until(lambda: not now(acme, job).is_live)
    assert (now(acme, job).state, now(acme, job).attempt) == (State.COMPLETED, 1)


@pytest.mark.services
def test_another_tenants_short_job_does_not_wait_for_a_long_one(
    acme: Tenant, birch: Tenant, workers: Workers
) -> None:
    """J8: one worker, a long job first, a short one of another tenant second."""
    long = enqueue(acme, steps=400, pause=0.05)
    workers.start()
    workers.until(lambda: now(acme, long).done >= 5)
    short = enqueue(birch, steps=2, pause=0)
    workers.until(lambda: not now(birch, short).is_live)
    assert (now(birch, short).state, now(acme, long).is_live) == (State.COMPLETED, True)
    workers.until(lambda: now(acme, long).done > 50)
    assert now(acme, long).attempt == 1, "giving way is no attempt"


@pytest.mark.services
def test_a_lost_message_is_sent_again(
    acme: Tenant, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J1: the broker forgot, the sweeper did not."""
    monkeypatch.setattr("tenants.jobs.actions.current_app.send_task", lambda *_args, **_options: None)
    job = enqueue(acme, steps=1)
    monkeypatch.undo()
    workers.start()
    workers.until(lambda: not now(acme, job).is_live)
    assert steps(acme, job) == [0]


def test_tickets_and_jobs_agree_after_all(acme: Tenant, workers: Workers) -> None:
    """J1: state moves write both."""
    jobs = [enqueue(acme, kinds.COUNT, steps=2), enqueue(acme, kinds.BOOM, times=9)]
    workers.start()
    workers.until(lambda: now(acme, jobs[0]).state == State.COMPLETED and now(acme, jobs[1]).error)
    with public_scope():
        states = {t.job: t.state for t in Ticket.objects.filter(schema_name=acme.schema_name)}
    assert states == {job.id: now(acme, job).state for job in jobs}
