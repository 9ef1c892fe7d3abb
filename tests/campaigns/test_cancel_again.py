"""A cancel that was interrupted: the campaign stands still, and its people leave after all (C22, S11)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import actions
from campaigns.actions import cancelling
from campaigns.dispatch import sweeping
from campaigns.dispatch.answering import record
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import CallAttempt, Campaign, Entry
from campaigns.providers import Accepted, CallReport, CallStatus, Refusal, RefusalGroup
from campaigns.rules import CampaignState
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job, Schedule
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.run import DryRun
from tenants.jobs.runner.work import work_on
from tenants.records.models import AuditEntry
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.uploading import drift, standing

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def account(inside):
    with inside():
        return an_account(a_provider())


@pytest.fixture
def running(inside, account):
    with inside():
        made = a_campaign(account, people=6)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        return made


def cancel(reason="Primero", now=NOON):
    return actions.cancel(code="batch-1", reason=reason, now=now)


def interrupted(monkeypatch):
    """Cancel, and die once the campaign stands still."""
    with monkeypatch.context() as patch:
        patch.setattr(cancelling, "_take_back_unsent", _dies)
        with pytest.raises(ConnectionError):
            cancel()


def _dies(*_args):
    raise ConnectionError


def in_chunks(monkeypatch):
    """Let six people be many: they leave by a job."""
    monkeypatch.setattr(cancelling, "ENTRIES_AT_ONCE", 4)
    monkeypatch.setattr(cancelling, "ENTRIES_A_CHUNK", 4)


def work_on_the_job(inside, acme):
    with inside():
        job = Job.objects.live().get(kind="campaigns.cancel")
    work_on(DueTicket(job.id, acme.schema_name))


def sweep():
    return sweeping.sweep(DryRun({}), clock=lambda: LATER)


def test_a_repeat_finishes_what_was_interrupted(inside, account, running, monkeypatch):
    """C22, S11: unsent calls come back, everybody leaves; the first time and reason stay, noted once."""
    with inside():
        Entry.objects.filter(pk__in=Entry.objects.order_by("id")[:4]).update(earliest_at=LATER)
        assert len(claimed(account, now=NOON).calls) == 2
        interrupted(monkeypatch)
        assert standing("batch-1") == {"claimed": 2, "queued": 4}
        found = cancel("Segundo", LATER)
        assert (found.state, found.completed_at) == (CampaignState.CANCELLED, NOON)
        assert found.cancellation_reason == "Primero"
        assert standing("batch-1") == {"cancelled": 6}
        assert not CallAttempt.objects.open().exists()
        assert drift(running) == {}
        assert AuditEntry.objects.filter(verb="cancel", object_type="campaign").count() == 1


def test_a_repeat_goes_on_after_a_job_that_was_cancelled(inside, acme, running, monkeypatch):
    """C22: a large one empties by another job, which nobody has to wait a minute for."""
    in_chunks(monkeypatch)
    with inside():
        cancel()
        jobs.cancel(job_id=Job.objects.get(kind="campaigns.cancel").pk)
        cancel("Segundo", LATER)
        assert standing("batch-1") == {"queued": 6}
    work_on_the_job(inside, acme)
    with inside():
        assert standing("batch-1") == {"cancelled": 6}
        assert Campaign.objects.get().cancellation_reason == "Primero"
        cancel("Tercero", LATER)
        assert not Job.objects.live().filter(kind="campaigns.cancel").exists()


@pytest.mark.parametrize("state", ["cancelled", "archived"])
def test_nobody_has_to_repeat_it(inside, acme, running, monkeypatch, state):
    """C22, S11: the sweep sees to those who still wait, archived meanwhile or not."""
    with inside():
        interrupted(monkeypatch)
        Campaign.objects.update(state=state)
        assert Schedule.objects.filter(kind="campaigns.sweep").exists()
        assert sweep()["cancelling"] == 1
        # One job, however often it is looked.
        sweep()
    work_on_the_job(inside, acme)
    with inside():
        assert standing("batch-1") == {"cancelled": 6}
        assert drift(running) == {}
        assert "cancelling" not in sweep()


@pytest.mark.parametrize("state", ["cancelled", "archived"])
@pytest.mark.parametrize("is_refused", [True, False])
def test_who_is_being_called_leaves_with_the_call(inside, account, running, is_refused, state):
    """C22: unanswered or refused by the provider, archived meanwhile or not: nobody waits again."""
    with inside():
        calls = [one.id for one in claimed(account, now=NOON).calls]
        assert all(mark(call, now=NOON) for call in calls)
        cancel()
        Campaign.objects.update(state=state)
        for call in calls:
            _fails(call, is_refused=is_refused)
        assert standing("batch-1") == {"cancelled": 6}
        assert drift(running) == {}


def _fails(call, *, is_refused):
    if is_refused:
        record(call, Refusal(RefusalGroup.RATE_LIMITED, 429, ""), now=NOON)
        return
    name, ended = f"call_{call.hex}", NOON + timedelta(seconds=20)
    record(call, Accepted(name, CallReport(name, CallStatus.REGISTERED)), now=NOON)
    told = CallReport(name, CallStatus.NOT_CONNECTED, disconnection_reason="dial_no_answer", ended_at=ended)
    apply_report(call, told, now=LATER)
