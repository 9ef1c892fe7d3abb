"""What was said in calls is forgotten after the tenant's number of days, and nothing else is (S19)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from campaigns import actions
from campaigns.actions import BadCampaignSettings, forgetting
from campaigns.dispatch.waking import keep_watch
from campaigns.models import (
    CallAttempt,
    CallRecord,
    CampaignSettings,
    ClientFile,
    Entry,
    Provider,
    ProviderEvent,
    StagedPerson,
    StagedRow,
    StagedWord,
)
from tenants.jobs.actions import enqueue
from tenants.jobs.models import Job, Schedule
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.conftest import Inside

NOW = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)


@pytest.fixture
def line(inside: Inside) -> Provider:
    with inside():
        return a_provider()


def spoken(line: Provider, ages: list[int], **values: object) -> None:
    """Make closed calls whose records came so many days before now; an event for each."""
    account = an_account(line, code="acc-1")
    a_campaign(account, people=len(ages))
    Entry.objects.update(earliest_at=NOW)
    calls = claimed(account, now=NOW).calls
    assert len(calls) == len(ages)
    CallAttempt.objects.update(**{"state": "closed", "closed_at": NOW, "outcome": "conversed", **values})
    for call, age in zip(calls, ages, strict=True):
        at = datetime.now(UTC) - timedelta(days=age)
        CallRecord.objects.create(attempt_id=call.id, transcript=f"{age}")
        CallRecord.objects.filter(attempt_id=call.id).update(received_at=at)
        event = ProviderEvent.objects.create(
            provider=line, call_id=uuid4().hex, event="e", body={}, applied_at=None if age == 77 else NOW
        )
        ProviderEvent.objects.filter(pk=event.pk).update(received_at=at)


def forget(acme: Tenant, inside: Inside) -> Job:
    with inside():
        job = enqueue(kind="campaigns.forget_calls")
    work_on(DueTicket(job.id, acme.schema_name))
    with inside():
        return Job.objects.get(pk=job.pk)


def test_it_forgets_after_the_tenants_days(
    inside: Inside, acme: Tenant, line: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S19, J6: in chunks; calls, outcomes and charges stay, an event that was not applied too."""
    monkeypatch.setattr(forgetting, "ROWS_A_CHUNK", 2)
    with inside():
        CampaignSettings.objects.update(records_kept_days=30)
        spoken(line, [0, 29, 31, 77, 400])
    job = forget(acme, inside)
    with inside():
        assert (job.state, job.counters, job.done) == ("completed", {"deleted": 5}, 5)
        assert set(CallRecord.objects.values_list("transcript", flat=True)) == {"0", "29"}
        assert ProviderEvent.objects.count() == 3
        assert CallAttempt.objects.filter(outcome="conversed").count() == 5
    assert forget(acme, inside).counters == {"deleted": 0}


def test_an_open_call_keeps_its_record(inside: Inside, acme: Tenant, line: Provider) -> None:
    """C21: its end is still to be judged."""
    with inside():
        CampaignSettings.objects.update(records_kept_days=1)
        spoken(line, [90], state="ended", closed_at=None, sent_at=NOW)
    forget(acme, inside)
    with inside():
        assert CallRecord.objects.count() == 1


def test_another_tenants_days_are_its_own(
    inside: Inside, acme: Tenant, birch: Tenant, line: Provider
) -> None:
    """S1: Birch keeps for one day, Acme for a year."""
    with tenant_scope(birch.schema_name):
        CampaignSettings.objects.update(records_kept_days=1)
    with inside():
        spoken(line, [90])
    forget(acme, inside)
    with inside():
        assert CallRecord.objects.count() == 1


def test_it_is_scheduled_with_the_first_launch(inside: Inside, line: Provider) -> None:
    """J9: every night, once."""
    with inside():
        for _twice in range(2):
            keep_watch(line.pk)
        assert Schedule.objects.get(kind="campaigns.forget_calls").crontab == "17 4 * * *"


@pytest.mark.parametrize("said", [(0, 50), (3_651, 50), (30, 0), (30, 101)])
def test_it_refuses_numbers_without_sense(inside: Inside, said: tuple[int, int]) -> None:
    days, percent = said
    with inside(), pytest.raises(BadCampaignSettings):
        actions.change_settings(records_kept_days=days, many_failures_percent=percent)


def test_rows_of_a_job_that_is_gone_leave(inside: Inside, acme: Tenant, line: Provider) -> None:
    """C11, S19: those that a live job reads stay."""
    with inside():
        account = an_account(line, code="acc-1")
        live = enqueue(kind="campaigns.import", subject="7")
        for job in (None, uuid4(), live.pk):
            made = a_campaign(account, code=f"batch-{job}")
            file = ClientFile.objects.create(account=account, campaign=made, filename="a", job=job)
            StagedRow.objects.create(of=file, first=2, line=2, key="D:CL:1-9", said="[]")
            StagedPerson.objects.create(of=file, contact=1, cells=["Ana"])
            StagedWord.objects.create(of=file, word="D:CL:1-9")
    forget(acme, inside)
    with inside():
        for model in (StagedRow, StagedPerson, StagedWord):
            assert model.objects.get().of.job == live.pk
