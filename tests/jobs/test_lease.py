"""The job row and its lease, one process (J1-J7)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.jobs.progress import percent, progress_of
from tenants.jobs.queries import DueTicket, next_tickets
from tenants.jobs.rules import AlreadyLive, LeaseLost, NotCancellable, State, UnknownJob
from tenants.jobs.runner.lease import Lease, advance, beat, claim, end
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, Ticket
from tenants.records.models import AuditEntry
from tenants.scope import public_scope, tenant_scope
from tests.jobs import kinds


def enqueue(kind: str = kinds.COUNT, subject: str = "", **params: object) -> Job:
    return actions.enqueue(kind=kind, subject=subject, params={"steps": 3} | params)


def work(acme: Tenant, job: Job) -> Job:
    """Run the job in this process, as a worker would."""
    work_on(DueTicket(job.id, acme.schema_name))
    return Job.objects.get(pk=job.id)


def test_it_writes_job_and_ticket_in_one_transaction(in_acme: Tenant) -> None:
    """J1"""
    with transaction.atomic():
        enqueue()
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not Ticket.objects.exists()
    job = enqueue()
    ticket = Ticket.objects.get()
    assert (ticket.job, ticket.schema_name, ticket.state, ticket.due_at) == (
        job.id,
        in_acme.schema_name,
        State.WAITING,
        job.due_at,
    )


def test_it_tells_a_worker_only_on_commit(in_acme: Tenant, django_capture_on_commit_callbacks: Any) -> None:
    """J1"""
    with django_capture_on_commit_callbacks() as callbacks:
        enqueue()
    assert [callback.func for callback in callbacks] == [actions.send]


def test_a_job_runs_to_its_end_and_its_ticket_with_it(in_acme: Tenant) -> None:
    job = work(in_acme, enqueue())
    assert (job.state, job.done, job.total, job.counters, job.result, job.attempt) == (
        State.COMPLETED,
        3,
        3,
        {"written": 3},
        {"steps": 3},
        1,
    )
    assert Ticket.objects.get().state == State.COMPLETED
    assert kinds.steps_of(job.id) == [0, 1, 2]


def test_only_one_of_two_claims_wins(in_acme: Tenant) -> None:
    """J2"""
    job = enqueue()
    assert claim(job.id) is not None
    assert claim(job.id) is None


def test_a_duplicate_message_does_nothing(in_acme: Tenant) -> None:
    """J1, J2"""
    job = work(in_acme, enqueue())
    assert work_on(DueTicket(job.id, in_acme.schema_name)) is False
    assert kinds.steps_of(job.id) == [0, 1, 2]


def test_a_stranger_to_the_lease_writes_nothing(in_acme: Tenant) -> None:
    """J3"""
    job = enqueue()
    lease = claim(job.id)
    assert lease
    forged = Lease(job.id, uuid4())
    with pytest.raises(LeaseLost):
        beat(forged)
    with pytest.raises(LeaseLost), transaction.atomic():
        end(forged, State.COMPLETED)
    place = {
        "done": 1,
        "total": 1,
        "counters": "{}",
        "cursor": "{}",
        "phase": 0,
        "phases": 0,
        "phase_label": "",
    }
    with pytest.raises(LeaseLost):
        advance(forged, place)
    assert Job.objects.get().state == State.RUNNING


def test_a_lost_lease_rolls_its_chunk_back(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """J3, J6: another worker takes over while the handler is inside a chunk."""
    job = enqueue()

    def taken_over(*args: object, **kwargs: object) -> None:
        Job.objects.filter(pk=job.id).update(lease_token=uuid4())

    monkeypatch.setattr("tenants.jobs.runner.run.crash_point", taken_over)
    work(in_acme, job)
    assert kinds.steps_of(job.id) == []
    assert Job.objects.get().state == State.RUNNING


def test_the_database_refuses_a_lease_on_a_waiting_job(in_acme: Tenant) -> None:
    """J3"""
    enqueue()
    with pytest.raises(IntegrityError, match="job_lease_iff_running"), transaction.atomic():
        Job.objects.update(lease_token=uuid4(), lease_until=timezone.now())


def test_a_silent_job_is_taken_over_after_its_lease(in_acme: Tenant) -> None:
    """J4"""
    job = enqueue()
    assert claim(job.id)
    assert claim(job.id) is None, "within the lease"
    fall_silent(job)
    assert claim(job.id)
    assert Job.objects.get().attempt == 2


def test_a_heartbeat_keeps_a_slow_job(in_acme: Tenant) -> None:
    """J4: slowness is not silence."""
    job = enqueue()
    lease = claim(job.id)
    assert lease
    fall_silent(job)
    beat(lease)
    assert claim(job.id) is None


def test_three_failed_attempts_keep_the_error(in_acme: Tenant) -> None:
    """J4"""
    job = enqueue(kinds.BOOM, times=9)
    for attempt, waits in ((1, 60), (2, 300)):
        job = work(in_acme, job)
        assert (job.state, job.attempt, job.error) == (State.WAITING, attempt, "ValueError: boom")
        assert job.due_at > timezone.now() + timedelta(seconds=waits - 5)
        make_due(job)
    job = work(in_acme, job)
    assert (job.state, job.attempt, job.error) == (State.FAILED, 3, "ValueError: boom")
    assert Ticket.objects.get().state == State.FAILED


def test_silence_in_the_last_attempt_fails_the_job(in_acme: Tenant) -> None:
    """J4"""
    job = enqueue()
    for _ in range(3):
        assert claim(job.id)
        fall_silent(job)
    job = work(in_acme, job)
    assert (job.state, job.error, Ticket.objects.get().state) == (
        State.FAILED,
        "the worker fell silent",
        State.FAILED,
    )


def test_a_second_live_job_about_the_same_thing_is_refused(in_acme: Tenant) -> None:
    """J5"""
    enqueue(subject="a")
    enqueue(subject="b")
    with pytest.raises(AlreadyLive):
        enqueue(subject="a")
    assert Job.objects.count() == 2


def test_work_resumes_at_the_cursor(in_acme: Tenant) -> None:
    """J6"""
    job = enqueue()
    lease = claim(job.id)
    assert lease
    Job.objects.update(cursor={"next": 2}, done=2, total=3, counters={"written": 2})
    fall_silent(job)
    job = work(in_acme, job)
    assert kinds.steps_of(job.id) == [2]
    assert (job.done, job.counters, job.attempt) == (3, {"written": 3}, 2)


def test_no_transaction_surrounds_a_handler(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """J7: what a chunk committed stays when the next one fails."""
    job = enqueue()
    real_create = AuditEntry.objects.create

    def fail_at_two(**values: object) -> AuditEntry:
        if values["object_id"] == "2":
            raise ValueError("no")
        return real_create(**values)

    monkeypatch.setattr(AuditEntry.objects, "create", fail_at_two)
    job = work(in_acme, job)
    assert (job.state, job.cursor, kinds.steps_of(job.id)) == (State.WAITING, {"next": 2}, [0, 1])


def test_a_waiting_job_is_cancelled_at_once(in_acme: Tenant) -> None:
    """J7"""
    job = actions.cancel(job_id=enqueue().id)
    assert job.state == State.CANCELLED
    assert work(in_acme, job).state == State.CANCELLED
    with pytest.raises(NotCancellable):
        actions.cancel(job_id=job.id)


def test_a_running_job_is_cancelled_at_its_next_chunk(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J7: what is committed stays and counts."""
    job = enqueue()
    monkeypatch.setattr("tests.jobs.kinds.time.sleep", lambda _s: actions.cancel(job_id=job.id))
    job = work(in_acme, job)
    assert (job.state, job.done, kinds.steps_of(job.id)) == (State.CANCELLED, 1, [0])


def test_cancelling_what_is_not_there_is_refused(in_acme: Tenant) -> None:
    with pytest.raises(UnknownJob):
        actions.cancel(job_id=uuid4())


def test_an_unknown_kind_waits_for_a_worker_that_knows_it(in_acme: Tenant) -> None:
    """J8: an older worker drops nothing."""
    job = work(in_acme, enqueue("tests.of_tomorrow"))
    assert (job.state, job.error) == (State.WAITING, "")


def test_tenants_take_turns(acme: Tenant, birch: Tenant) -> None:
    """J8: a hundred jobs of one tenant do not stand before one of another."""
    with tenant_scope(acme.schema_name):
        first = [enqueue(subject=str(n)) for n in range(100)]
        claim(first[0].id)
    with tenant_scope(birch.schema_name):
        late = enqueue()
    with public_scope():
        turns = next_tickets(platform=False)
    assert turns[0].job == late.id


def test_a_job_gives_way_to_another_tenant(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """J8: giving way is no failed attempt and loses no place."""
    job = enqueue()
    monkeypatch.setattr("tenants.jobs.runner.heart.TICK_SECONDS", 9)
    monkeypatch.setattr("tenants.jobs.runner.run.Event", AlwaysSet)
    monkeypatch.setattr("tenants.jobs.runner.run.time.monotonic", iter(range(0, 10_000, 10)).__next__)
    job = work(in_acme, job)
    assert (job.state, job.attempt, job.gave_way) == (State.WAITING, 1, True)
    monkeypatch.undo()
    job = work(in_acme, job)
    assert (job.state, job.attempt, kinds.steps_of(job.id)) == (State.COMPLETED, 1, [0, 1, 2])


def test_progress_never_says_100_before_the_end(in_acme: Tenant) -> None:
    """W2"""
    job = enqueue()
    assert claim(job.id)
    Job.objects.update(done=1000, total=1000)
    job.refresh_from_db()
    assert percent(job) == 99.0
    assert job.heartbeat_at
    seen = progress_of(job, now=job.heartbeat_at + timedelta(seconds=90))
    assert (seen.silent_s, seen.can_cancel, seen.poll_after_s) == (90, True, 2)


class AlwaysSet:
    """An event that says "others wait" but never "lease lost"."""

    made = 0

    def __init__(self) -> None:
        AlwaysSet.made += 1
        self.is_lost = AlwaysSet.made % 2 == 1

    def is_set(self) -> bool:
        return not self.is_lost

    def set(self) -> None: ...

    def clear(self) -> None: ...


def fall_silent(job: Job) -> None:
    Job.objects.filter(pk=job.id).update(lease_until=timezone.now() - timedelta(seconds=1))


def make_due(job: Job) -> None:
    Job.objects.filter(pk=job.id).update(due_at=timezone.now() - timedelta(seconds=1))
