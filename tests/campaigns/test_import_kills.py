"""A worker killed in mid-import, again and again: nobody lost, nobody twice, counts exact (J6, S11, C10)."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection

from campaigns import actions
from campaigns.actions import Upload
from campaigns.models import Campaign, ClientFile, Debt, Entry, RowReport, StagedRow
from campaigns.rules import ProcessingType
from campaigns.samples import make_collection_file
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on, work_once
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.campaigns.uploading import a_payer, standing
from tests.lives import fall_silent, killed
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.services, pytest.mark.kill]

ROWS = 16_000
# Where each of the workers dies: reading, with people written that it did not record, reading once more.
DEATHS = ("after_commit:3", "before_commit:9", "after_commit:4")
NOW = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
# Everything of a row but its number and its moments.
CHECKSUM = """
    SELECT count(*), sum(hashtextextended(
           (to_jsonb(t) - '{{id,{more},created_at,moved_at,earliest_at}}'::text[])::text, 0))
      FROM {table} t
"""
TABLES = ((Entry, "campaign_id"), (Debt, "entry_id"), (RowReport, "of_id"))


@pytest.fixture(scope="module")
def content() -> bytes:
    """Return a collection with refused, merged, ambiguous and paid rows among the others."""
    return make_collection_file(rows=ROWS, form="csv").content


def upload(content: bytes) -> tuple[ClientFile, Job]:
    asked = Upload(
        account="acc-test-001",
        content=content,
        filename="cobranza.csv",
        processing_type=ProcessingType.ACQUISITION,
    )
    made = actions.create_from_file(upload=asked, now=NOW)
    assert made.job is not None
    return made.file, made.job


def checksum(tenant: Tenant) -> list[Any]:
    """Say what is written, whatever its numbers and moments."""
    found = []
    with tenant_scope(tenant.schema_name), connection.cursor() as cursor:
        for model, more in TABLES:
            cursor.execute(CHECKSUM.format(table=model._meta.db_table, more=more))
            found.append(cursor.fetchone())
        campaign = Campaign.objects.get()
        found.append((campaign.state, campaign.zones, standing(campaign.code)))
    return found


def now(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.id)


def test_killed_three_times_it_writes_the_same_entries(
    acme: Tenant, workers: Workers, content: bytes
) -> None:
    """J6, C10, C11: three attempts die, the rows that waited are lost; yet it is as if nothing had been."""
    with tenant_scope(acme.schema_name):
        a_payer()
        file, job = upload(content)
    work_on(DueTicket(job.id, acme.schema_name))
    with tenant_scope(acme.schema_name):
        file.refresh_from_db()
        expected = file.report or {}
        assert expected["rows"] == ROWS
        assert min(expected[end] for end in ("accepted", "merged", "refused", "suppressed")) > 20
    whole = checksum(acme)
    with tenant_scope(acme.schema_name):
        Campaign.objects.update(state="draft")
        actions.delete_campaign(code=Campaign.objects.get().code)
        file, job = upload(content)
    for attempt, death in enumerate(DEATHS, 1):
        killed(partial(work_once, platform=False), death=death)
        assert (now(acme, job).state, now(acme, job).attempt) == ("running", attempt), "not in mid-import"
        if attempt == 2:
            with tenant_scope(acme.schema_name):
                assert now(acme, job).counters["entries"] == Entry.objects.count() > 1_000
                # As a crash of the database leaves a table that is not logged.
                assert StagedRow.objects.all()._raw_delete("default") == ROWS
        fall_silent(job, acme.schema_name)
    # Three attempts are spent: the sweep buries the job; whoever sends the file again lets it go on.
    workers.start()
    workers.until(lambda: not now(acme, job).is_live)
    with tenant_scope(acme.schema_name):
        assert Campaign.objects.get().state == "draft"
        assert not StagedRow.objects.exists()
        again, job = upload(content)
        assert again.pk == file.pk
    workers.until(lambda: not now(acme, job).is_live)
    with tenant_scope(acme.schema_name):
        file.refresh_from_db()
        assert file.report == expected
        assert (now_done := Job.objects.get(pk=job.pk)).done == now_done.total == ROWS
        assert not StagedRow.objects.exists()
    assert checksum(acme) == whole
