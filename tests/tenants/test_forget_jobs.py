"""Ended jobs go after a tenant's days, but none that a row names or that says how fresh a kind is (S19)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from identity.models import FleetImport, QueueItem
from tenants.actions import aging_jobs
from tenants.actions.aging import JOBS, change_retention, forget_aged
from tenants.actions.aging_jobs import forget_jobs, namers
from tenants.jobs.models import Job
from tenants.jobs.queries import newest_of_each_kind
from tenants.jobs.rules import State
from tenants.models import Tenant
from tenants.records.actions import note
from tenants.scope import owner_scope

pytestmark = pytest.mark.usefixtures("in_acme")
NOW = timezone.now()
OLD = NOW - timedelta(days=400)
LABELS = {
    "campaigns.ClientFile.job", "identity.Attempt.job", "identity.BacklogEvent.job", "identity.Claim.job",
    "identity.FleetImport.job", "identity.Link.job", "identity.QueueItem.job", "insights.Run.job",
    "personas.ContactPersona.reclassified_by_job", "personas.LinkedInImport.job",
    "personas.PersonaChange.job", "personas.Reclassification.job", "records.AuditEntry.job",
    "records.PersonRequest.job",
}  # fmt: skip


def a_job(at: datetime = OLD, *, kind: str = "tests.a", state: State = State.COMPLETED) -> Job:
    return Job.objects.create(kind=kind, state=state, finished_at=at, params={"n": 1})


def left() -> set[Any]:
    return set(Job.objects.values_list("pk", flat=True))


def test_an_old_job_goes_and_the_kinds_last_ones_stay() -> None:
    """W5: the newest of a kind, and its newest success, which may be older than a failure."""
    gone, done = a_job(), a_job()
    failed = a_job(state=State.FAILED)
    only, lately = a_job(kind="tests.b"), a_job(NOW, kind="tests.c")
    a_job(kind="tests.c", state=State.CANCELLED).delete()
    shown = {job.pk for job in newest_of_each_kind()}
    assert forget_jobs(NOW - timedelta(days=365)) == 1
    assert left() == {done.pk, failed.pk, only.pk, lately.pk}
    assert gone.pk not in left()
    assert {job.pk for job in newest_of_each_kind()} == shown
    assert forget_jobs(NOW - timedelta(days=365)) == 0, "repeating finds nothing"


def test_a_job_that_waits_or_runs_is_nobodys_to_forget() -> None:
    """J1: however old, a newer one of its kind beside it."""
    waiting = Job.objects.create(kind="tests.a", subject="x")
    Job.objects.update(created_at=OLD, due_at=OLD)
    a_job(NOW)
    assert forget_jobs(NOW + timedelta(days=1)) == 0
    assert waiting.pk in left()


def test_a_job_that_a_row_names_stays_until_the_row_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """W1: imports, undoable work and the audit lead to their jobs; without the names they would go."""
    of_file, of_row, of_log, free = (a_job() for _ in range(4))
    last = a_job(NOW)
    file = FleetImport.objects.create(
        kind="leads", filename="f", state="completed", finished_at=OLD, job=of_file.pk
    )
    QueueItem.objects.create(source_pk="L1", job=of_row.pk)
    note(verb="seeded", of="x", id=1, job=of_log.pk)
    assert forget_jobs(NOW - timedelta(days=365)) == 1
    assert left() == {of_file.pk, of_row.pk, of_log.pk, last.pk}
    file.delete()
    assert forget_jobs(NOW - timedelta(days=365)) == 1
    assert left() == {of_row.pk, of_log.pk, last.pk}
    monkeypatch.setattr(aging_jobs, "namers", tuple)
    assert forget_jobs(NOW - timedelta(days=365)) == 2
    assert free.pk not in left()


def test_each_column_that_names_a_job_is_known() -> None:
    """A column added later is found by its name; here it is seen by a person."""
    assert {f"{model._meta.label}.{column}" for model, column in namers()} == LABELS


def test_more_than_a_batch_goes_whatever_stays_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The named ones never fill a batch, or those behind them would stay for ever."""
    monkeypatch.setattr(aging_jobs, "BATCH", 2)
    for _ in range(3):
        note(verb="seeded", of="x", id=1, job=a_job().pk)
    free = [a_job() for _ in range(3)]
    a_job(NOW)
    before = NOW - timedelta(days=365)
    assert [forget_jobs(before) for _ in range(3)] == [2, 1, 0]
    assert not {job.pk for job in free} & left()


def test_the_tenants_days_are_obeyed() -> None:
    """S19: as shipped a year, two months at least."""
    for at in (NOW - timedelta(days=100), NOW):
        a_job(at)
    assert forget_aged()["jobs"] == 0
    change_retention(days={"jobs": 90}, by=uuid4())
    assert forget_aged()["jobs"] == 1
    assert (JOBS.days, JOBS.least) == (365, 60)


def test_the_names_are_looked_up_together(in_acme: Tenant) -> None:
    """However many jobs there are: each table that names jobs is read once, not once a job."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_job (id, kind, subject, params, state, attempt, worker, gave_way, phase,"
            " phases, phase_label, done, counters, cursor, error, version, finished_at)"
            " SELECT gen_random_uuid(), 'tests.a', n::text, '{}', 'completed', 1, '', false, 0, 0, '', 0,"
            " '{}', '{}', '', 1, %s FROM generate_series(1, 3000) AS n",
            [OLD],
        )
        cursor.execute(
            "INSERT INTO records_auditentry (id, verb, object_type, object_id, change, job)"
            " SELECT gen_random_uuid(), 'x', 'y', 'z', '{}', gen_random_uuid()"
            " FROM generate_series(1, 3000)"
        )
    # Its figures are as old as whatever was tested here before; elsewhere autovacuum keeps them.
    with owner_scope(), connection.cursor() as cursor:
        models: set[type[Model]] = {Job, *(model for model, _column in namers())}
        for model in models:
            cursor.execute(f'ANALYZE "{in_acme.schema_name}".{model._meta.db_table}')
    plan = aging_jobs.forgettable(NOW)[: aging_jobs.BATCH].explain(analyze=True)
    log = next(line for line in plan.splitlines() if "on records_auditentry" in line)
    assert "loops=1)" in log, plan
    assert forget_jobs(NOW) == aging_jobs.BATCH
