"""A worker killed in mid-import, again and again: nothing lost, nothing twice (J6, S11, Imports)."""

import csv
import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from identity import actions
from identity.models import BacklogEvent, Driver, FleetImport, Lead, RefusedRow
from identity.samples import write_fleet
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.identity.importing import counts, upload, work
from tests.lives import fall_silent, killed
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]

PERSONS, LEADS = 13_000, 15_000
# Where each of the workers dies: with rows written that it did not record, and with rows it did.
DEATHS = ("after_commit:2", "before_commit:2", "after_commit:2")
# Everything of a row but its number and its moments.
CHECKSUM = """
    SELECT count(*), sum(hashtextextended((to_jsonb(t) - '{{id,created_at,updated_at}}'::text[]
           || jsonb_build_object('source_pk', left(to_jsonb(t) ->> 'source_pk', 4)))::text, 0))
      FROM {table} t
"""
TABLES = {"drivers": Driver, "leads": Lead}


def content_of(folder: Path, kind: str) -> bytes:
    """Return a fleet's file with repeated, nameless and impossible rows among the others."""
    write_fleet(folder, persons=PERSONS, leads=LEADS if kind == "leads" else 0)
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    odd = {"leads": ["row:1", *rows[0][1:]], "drivers": ["", *rows[0][1:]]}[kind]
    for place in range(0, len(rows), 97):
        rows[place] = odd if place % 2 else rows[0]
    if kind == "leads":
        rows = [["", *row[1:]] if place % 50 == 7 else row for place, row in enumerate(rows)]
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode()


def checksum(tenant: Tenant, kind: str) -> tuple[Any, ...]:
    """Say what is written, whatever its numbers and moments."""
    with tenant_scope(tenant.schema_name), connection.cursor() as cursor:
        cursor.execute(CHECKSUM.format(table=TABLES[kind]._meta.db_table))
        events = BacklogEvent.objects.filter(kind="entered")
        return (
            *cursor.fetchone(),
            events.count(),
            events.values("source_pk").distinct().count(),
            sorted(RefusedRow.objects.values_list("line", "reason")),
        )


def forget(tenant: Tenant, kind: str) -> None:
    with tenant_scope(tenant.schema_name):
        for model in (TABLES[kind], BacklogEvent, FleetImport):
            model._default_manager.all().delete()


def now(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.id)


@pytest.mark.parametrize("kind", ["drivers", pytest.param("leads", marks=pytest.mark.services)])
def test_killed_three_times_it_writes_the_same_rows(
    acme: Tenant, workers: Workers, tmp_path: Path, kind: str
) -> None:
    """J6: three attempts die, the import is started again and ends as if nothing had been."""
    content = content_of(tmp_path, kind)
    with tenant_scope(acme.schema_name):
        found = upload(kind, content)
        work(acme, actions.start_fleet_import(import_id=found.pk))
        found.refresh_from_db()
        expected = counts(found)
    assert expected["created"] > 10_000
    assert expected["superseded"] > 50
    assert expected["refused"] > 50
    whole = checksum(acme, kind)
    forget(acme, kind)
    with tenant_scope(acme.schema_name):
        found = upload(kind, content)
        job = actions.start_fleet_import(import_id=found.pk)
    for attempt, death in enumerate(DEATHS, 1):
        killed(partial(work_once, platform=False), death=death)
        assert (now(acme, job).state, now(acme, job).attempt) == ("running", attempt), "not in mid-import"
        fall_silent(job, acme.schema_name)
    # Three attempts are spent: the sweep buries the job, a person starts the import again.
    workers.start()
    workers.until(lambda: not now(acme, job).is_live)
    with tenant_scope(acme.schema_name):
        assert FleetImport.objects.get(pk=found.pk).state == "failed"
        job = actions.start_fleet_import(import_id=found.pk)
    workers.until(lambda: not now(acme, job).is_live)
    with tenant_scope(acme.schema_name):
        found.refresh_from_db()
        assert (found.state, counts(found)) == ("completed", expected)
    assert checksum(acme, kind) == whole
