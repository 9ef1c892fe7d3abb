"""A list too large to be waited for is written by a job that a viewer asks for (S2, S5, W2, W13)."""

import io
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from campaigns.models import Campaign
from campaigns.queries.entry_rows import EntryRow
from tenants.actions import exporting, forgetting
from tenants.display import exports
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.rules import State
from tenants.jobs.runner import label_of
from tenants.jobs.runner.asked import made_of_request
from tenants.jobs.runner.work import work_on, work_once
from tenants.models import JobRequest, Tenant, Ticket, User
from tenants.records.models import StoredFile
from tenants.rules import JobKind
from tenants.scope import tenant_scope
from tests.campaigns.called import a_called_campaign
from tests.reading import text_of

Pages = Callable[[User], Client]
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
LIST = "/campaigns/entries/file/?state=succeeded&format=xlsx"


@pytest.fixture
def campaign(acme: Tenant) -> Campaign:
    with tenant_scope(acme.schema_name):
        return a_called_campaign(now=NOON)


def asked_for(client: Client, address: str = LIST) -> UUID:
    """Press the button of a list; return the id of the job to come."""
    answer = client.post(address)
    assert answer.status_code == 302, answer.content[:300]
    found = re.fullmatch(r"/jobs/([0-9a-f-]{36})/", answer["Location"])
    assert found
    return UUID(found[1])


def job_of(tenant: Tenant, number: UUID) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=number)


def test_a_large_workbook_is_offered_not_written(
    page: Pages, bob: User, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W2: with a button, while CSV is still taken at once."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 1)
    client = page(bob)
    assert 'method="post"' in text_of(client, LIST)
    assert client.get(LIST.replace("xlsx", "csv"))["Content-Type"].startswith("text/csv")


def test_a_viewer_s_file_is_made_by_a_worker(
    page: Pages, bob: User, alice: User, carol: User, acme: Tenant, campaign: Campaign
) -> None:
    """S2, S5: asked for outside of the tenant, made inside, taken by whoever asked and by nobody else."""
    client = page(bob)
    number = asked_for(client)
    assert JobRequest.objects.get().by == bob.pk
    assert Ticket.objects.get(job=number).schema_name == acme.schema_name
    with tenant_scope(acme.schema_name):
        assert not Job.objects.filter(pk=number).exists()
    address, file = f"/jobs/{number}/", f"/jobs/{number}/file/"
    waits = text_of(client, address)
    assert "data-progress" in waits
    assert label_of(JobKind.EXPORT) in waits
    assert client.get(file).status_code == 404
    assert work_once(platform=False)
    assert not JobRequest.objects.exists()
    done = job_of(acme, number)
    assert (done.kind, done.state, done.created_by) == (JobKind.EXPORT, State.COMPLETED, bob.pk)
    assert file in text_of(client, address)
    taken = client.get(file)
    assert re.fullmatch(r'attachment; filename="entries-[0-9-]{10}\.xlsx"', taken["Content-Disposition"])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(taken.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == [one.name for one in fields(EntryRow)]
    assert {row[rows[0].index("state")] for row in rows[1:]} == {"succeeded"}
    assert len(rows) == 1 + campaign.tally.succeeded
    assert [page(other).get(file).status_code for other in (alice, carol)] == [404, 404]
    assert file not in text_of(page(alice), address)


def test_a_file_that_is_asked_for_again_while_it_is_written_is_the_same(
    page: Pages, bob: User, alice: User, acme: Tenant, campaign: Campaign
) -> None:
    """W13: another form or person is another file, and so is one that was cancelled or is there."""
    client = page(bob)
    number = asked_for(client)
    made_of_request(DueTicket(number, acme.schema_name), partial(tenant_scope, acme.schema_name))
    assert asked_for(client) == number
    assert not JobRequest.objects.exists()
    others = {asked_for(client, LIST.replace("xlsx", "csv")), asked_for(page(alice))}
    assert len({number, *others}) == 3
    assert work_on(DueTicket(number, acme.schema_name))
    again = asked_for(client)
    assert again != number
    made_of_request(DueTicket(again, acme.schema_name), partial(tenant_scope, acme.schema_name))
    with tenant_scope(acme.schema_name):
        Job.objects.filter(pk=again).update(cancel_requested_at=timezone.now())
    assert asked_for(client) != again


@pytest.mark.real_roles
def test_a_viewer_s_own_log_in_finds_the_job(
    page: Pages, bob: User, acme: Tenant, campaign: Campaign
) -> None:
    """S1, S2: inside a transaction that reads one schema and writes nothing."""
    client = page(bob)
    number = asked_for(client)
    made_of_request(DueTicket(number, acme.schema_name), partial(tenant_scope, acme.schema_name))
    assert asked_for(client) == number


def test_a_file_is_kept_for_a_week(page: Pages, bob: User, acme: Tenant, campaign: Campaign) -> None:
    """S5, S19: then it is neither shown nor kept."""
    client = page(bob)
    number = asked_for(client, "/campaigns/calls/file/?format=csv")
    assert work_once(platform=False)
    with tenant_scope(acme.schema_name):
        kept = StoredFile.objects.get(created_by=bob.pk)
        left = (kept.expires_at or timezone.now()) - timezone.now()
        assert timedelta(days=6) < left <= exporting.KEPT
        StoredFile.objects.update(expires_at=timezone.now())
    assert client.get(f"/jobs/{number}/file/").status_code == 404
    with tenant_scope(acme.schema_name):
        assert forgetting.forget_in_tenant()["files"] == 1


def test_twins_make_one_job_and_a_killed_run_begins_anew(
    page: Pages, bob: User, acme: Tenant, campaign: Campaign
) -> None:
    """J1, J6: a second worker finds nothing to do; a second attempt keeps one file."""
    number = asked_for(page(bob))
    ticket = DueTicket(number, acme.schema_name)
    assert work_on(ticket)
    assert not work_on(ticket)
    with tenant_scope(acme.schema_name):
        assert Job.objects.filter(kind=JobKind.EXPORT).count() == 1
        assert StoredFile.objects.filter(created_by=bob.pk).count() == 1


def test_more_rows_than_a_file_may_hold_are_refused(
    page: Pages, bob: User, acme: Tenant, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W11: the job says why, and nothing is kept."""
    monkeypatch.setattr(exporting, "MOST_ROWS_OF_A_FILE", 1)
    numbers = [asked_for(page(bob), address) for address in (LIST, "/campaigns/entries/file/?format=csv")]
    assert work_once(platform=False)
    assert work_once(platform=False)
    ends = [job_of(acme, number) for number in numbers]
    assert {end.state for end in ends} == {State.FAILED}
    assert all("500" in end.error for end in ends)
    with tenant_scope(acme.schema_name):
        assert not StoredFile.objects.filter(created_by=bob.pk).exists()


def test_a_request_that_no_worker_took_is_forgotten(page: Pages, bob: User, campaign: Campaign) -> None:
    """S19: with the day."""
    asked_for(page(bob))
    JobRequest.objects.update(created_at=timezone.now() - forgetting.REQUESTS_KEPT)
    assert forgetting.forget_shared()["job_requests"] == 1


def test_nobody_else_s_ticket_is_a_page(page: Pages, bob: User, carol: User, campaign: Campaign) -> None:
    """S1: what waits at Acme is nothing at Birch."""
    number = asked_for(page(bob))
    assert page(carol).get(f"/jobs/{number}/").status_code == 404
