"""A job run in the process that asks for it: the same row, lease and single flight (J1, J4, J5)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management.base import OutputWrapper
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import override

from tenants.display import terminal
from tenants.jobs import actions, queries
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner.here import rehearse, run_here
from tenants.jobs.runner.lease import claim
from tenants.models import Tenant, Ticket
from tests.jobs import kinds

THREE = {"steps": 3}


def test_it_ends_as_if_a_worker_had_done_it(in_acme: Tenant) -> None:
    """J1: row, ticket, result."""
    started = run_here(kind=kinds.COUNT, params=THREE)
    job = Job.objects.get()
    assert (started.job, started.already_running) == (job, False)
    assert (job.state, job.result, job.counters, job.attempt) == (
        State.COMPLETED,
        {"steps": 3},
        {"written": 3},
        1,
    )
    assert Ticket.objects.get().state == State.COMPLETED
    assert kinds.steps_of(job.id) == [0, 1, 2]


def test_a_second_start_leaves_the_first_alone(in_acme: Tenant) -> None:
    """J5: somebody works on it, so this process does not."""
    first = actions.enqueue(kind=kinds.COUNT, params=THREE)
    assert claim(first.id)
    started = run_here(kind=kinds.COUNT, params=THREE)
    assert (started.job, started.already_running) == (first, True)
    assert kinds.steps_of(first.id) == []


def test_one_that_waits_is_run_if_it_is_the_same(in_acme: Tenant) -> None:
    """J5: nobody has taken it yet; with other parameters it is another's business."""
    waiting = actions.enqueue(kind=kinds.COUNT, params=THREE)
    assert run_here(kind=kinds.COUNT, params={"steps": 1}).already_running
    started = run_here(kind=kinds.COUNT, params=THREE)
    assert (started.job, started.already_running, started.job.state) == (waiting, False, State.COMPLETED)


def test_one_whose_worker_fell_silent_is_taken_over(in_acme: Tenant) -> None:
    """J4: a killed command does not bar the next one for ever."""
    silent = actions.enqueue(kind=kinds.COUNT, params=THREE)
    claim(silent.id)
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    started = run_here(kind=kinds.COUNT, params={"steps": 1})
    assert (started.job, started.job.state, started.job.attempt) == (silent, State.COMPLETED, 2)


def test_one_that_fell_silent_for_the_last_time_is_buried(in_acme: Tenant) -> None:
    """J4: and a new one begins."""
    silent = actions.enqueue(kind=kinds.COUNT, params=THREE)
    claim(silent.id)
    Job.objects.update(lease_until=Now() - timedelta(seconds=1), attempt=3)
    started = run_here(kind=kinds.COUNT, params=THREE)
    assert (started.job.state, Job.objects.get(pk=silent.pk).state) == (State.COMPLETED, State.FAILED)
    assert started.job != silent


def test_an_error_is_told_at_once(in_acme: Tenant) -> None:
    """Whoever waits for the answer gets it: nobody is there for a second attempt."""
    started = run_here(kind=kinds.BOOM, params={"times": 1})
    assert (started.job.state, started.job.error) == (State.FAILED, "ValueError: boom")


def test_a_rehearsal_writes_nothing(in_acme: Tenant) -> None:
    """Dry runs count what would happen."""
    before = timezone.now()
    assert rehearse(kind=kinds.COUNT, params=THREE) == {"steps": 3}
    assert not Job.objects.filter(created_at__gte=before).exists()
    assert not Ticket.objects.exists()
    assert kinds.audited() == 0


class Screen(StringIO):
    """A terminal that keeps what was written on it."""

    def isatty(self) -> bool:
        return True


def test_who_waits_in_a_terminal_sees_the_bar(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """W2, W7: it moves after each chunk, in the terminal's language, and leaves an empty line."""
    monkeypatch.setattr(terminal, "EVERY", 0)
    screen = Screen()
    with override("en"), terminal.told(OutputWrapper(screen), queries.progress_now) as show:
        run_here(kind=kinds.COUNT, params=THREE, show=show)
    *lines, last = screen.getvalue().split(terminal.FRESH_LINE)[1:]
    assert [line.split(", ")[1:3] for line in lines] == [
        ["Running", f"{percent}\u00a0%"] for percent in (33, 66, 99)
    ]
    assert [line.split(", ")[-1] for line in lines] == ["1 of 3", "2 of 3", "3 of 3"]
    assert last == ""


def test_nothing_is_drawn_where_nobody_looks() -> None:
    """W2: a log or a pipe gets the answer alone."""
    quiet = StringIO()
    with terminal.told(OutputWrapper(quiet), queries.progress_now) as show:
        assert show is None
    assert quiet.getvalue() == ""
