"""An organisation is exported, deleted whole, and comes back from its export (F12, S18)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from pytest_django import Settings

from campaigns.actions.leaving import CallsUnderWay
from campaigns.models import Account, Entry
from config.backup import removing
from config.backup.taking import take
from tenants import actions
from tenants.actions.leaving import NameNotTyped, NoPlaceForExport, NotRemovable
from tenants.jobs.actions import cancel, enqueue
from tenants.jobs.models import Job
from tenants.jobs.rules import AlreadyLive, State
from tenants.jobs.runner import label_of
from tenants.jobs.runner.lease import claim
from tenants.jobs.runner.work import hold, scope_of, work_once
from tenants.jobs.schedules import mirror
from tenants.models import ApiKey, Domain, Membership, PlatformAct, SavedFilter, Tenant, Ticket, User
from tenants.records.models import AuditEntry
from tenants.rules import TenantStatus
from tenants.scope import owner_scope, public_scope, tenant_scope
from tenants.scope.logins import PUBLIC_SCHEMA
from tests.campaigns.calling import claimed
from tests.cast import person
from tests.config.backing_up import ELMA, backed_up, sums
from tests.jobs import kinds

pytestmark = pytest.mark.real_roles
# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
TRACES = """
    SELECT count(*) FROM pg_roles WHERE rolname LIKE %s UNION ALL
    SELECT count(*) FROM pg_namespace WHERE nspname = %s
"""


def ask(tenant: Tenant, by: User | None = None) -> Job:
    with public_scope():
        tenant.refresh_from_db()
        return actions.remove_tenant(tenant=tenant, typed=tenant.name, by=by.pk if by else None)


def done(job: Job) -> Job:
    """Return the job after workers did what there was to do."""
    assert work_once(platform=True)
    with public_scope():
        job.refresh_from_db()
    return job


def standing(tenant: Tenant) -> str:
    with public_scope():
        return str(Tenant.objects.get(pk=tenant.pk).status)


def test_it_is_exported_and_all_of_it_goes(elm: Tenant, sam: User, tmp_path: Path) -> None:
    """F12, S18: schema, roles and shared rows; other organisations and their people stay."""
    others = backed_up(tmp_path / "before", "--tenant=acme")
    before = sums(backed_up(tmp_path / "elm", "--tenant=elm"), elm.schema_name)
    job = ask(elm, sam)
    with public_scope():
        assert not PeriodicTask.objects.filter(name__contains=elm.schema_name).exists()
    assert standing(elm) == TenantStatus.REMOVING
    job = done(job)
    assert (job.state, job.error, job.done, job.total) == (State.COMPLETED, "", 100, 100)
    result: dict[str, Any] = job.result or {}
    folder = Path(result["export"])
    assert (result["slug"], result["people"], folder.parent) == ("elm", 1, tmp_path)
    assert sums(folder, elm.schema_name) == before
    with owner_scope():
        assert not Tenant.objects.filter(pk=elm.pk).exists()
        for left in (Domain, Membership, ApiKey):
            assert not left.objects.filter(tenant_id=elm.pk).exists()
        assert not Ticket.objects.filter(schema_name=elm.schema_name).exists()
        assert not SavedFilter.objects.exists()
        assert not User.objects.filter(email=ELMA).exists()
        assert User.objects.filter(email=person("bob").email).exists()
        with connection.cursor() as cursor:
            cursor.execute(TRACES, [f"{elm.schema_name}%", elm.schema_name])
            assert cursor.fetchall() == [(0,), (0,)]
        kept = PlatformAct.objects.filter(tenant=elm.pk, actor=sam.pk).order_by("pk")
        assert list(kept.values_list("verb", flat=True)) == ["removal_asked", "tenant_removed"]
        assert kept[1].change["export"] == str(folder)
    assert sums(backed_up(tmp_path / "after", "--tenant=acme"), "") == sums(others, "")


def test_it_comes_back_from_its_export(elm: Tenant, sam: User, tmp_path: Path) -> None:
    """S18: rows, domain and people; the removal is asked for once more and works once more."""
    folder = (done(ask(elm, sam)).result or {})["export"]
    was = sums(Path(folder), elm.schema_name)
    call_command("restore", folder, "--tenant=elm", "--go-on")
    assert standing(elm) == TenantStatus.READY
    assert sums(backed_up(tmp_path / "again", "--tenant=elm"), elm.schema_name) == was
    with public_scope():
        assert Domain.objects.filter(domain="elm.example", tenant_id=elm.pk).exists()
        back = Membership.objects.filter(tenant_id=elm.pk).values_list("user__email", "role")
        assert set(back) == {(ELMA, "admin"), (person("bob").email, "viewer")}
    assert done(ask(elm, sam)).state == State.COMPLETED


def test_nothing_goes_without_its_export(elm: Tenant, settings: Settings, tmp_path: Path) -> None:
    """S18: a full disk, a missing folder: the organisation is served again with all its rows."""
    settings.BACKUP_DIR = tmp_path / "file"
    settings.BACKUP_DIR.write_text("no folder")
    settings.JOBS_ATTEMPTS = 1
    job = done(ask(elm))
    assert (job.state, "FileExistsError" in job.error) == (State.FAILED, True)
    assert standing(elm) == TenantStatus.READY
    with tenant_scope(elm.schema_name):
        assert AuditEntry.objects.filter(verb="kept").exists()
    with owner_scope():
        mirror()
        assert PeriodicTask.objects.filter(name__contains=elm.schema_name).exists()


@pytest.mark.parametrize("when", ["Writing", "Reading again", "Deleting", "gone"])
def test_a_worker_that_dies_is_followed_by_one_that_finishes(elm: Tenant, sam: User, when: str) -> None:
    """J4, J6: at any moment; it is deleted once and noted once."""
    job = ask(elm, sam)

    def die() -> None:
        job.refresh_from_db()
        if when == job.phase_label or (when == "gone" and "gone" in job.cursor):
            raise KeyboardInterrupt

    with owner_scope():
        lease = claim(job.pk)
        assert lease
        job.refresh_from_db()
    with pytest.raises(KeyboardInterrupt):
        hold(job, lease, PUBLIC_SCHEMA, scope_of(PUBLIC_SCHEMA), on_chunk=die)
    with owner_scope():
        over = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=job.pk).update(lease_until=over)
        Ticket.objects.filter(job=job.pk).update(due_at=over)
    job = done(job)
    assert (job.state, job.attempt, (job.result or {})["people"]) == (State.COMPLETED, 2, 1)
    with public_scope():
        assert PlatformAct.objects.filter(verb="tenant_removed").count() == 1


def test_what_was_written_after_the_copy_is_in_the_next_one(elm: Tenant, tmp_path: Path) -> None:
    """S18: a request that was under way may write last; every row is compared before it goes."""
    stale = backed_up(tmp_path, "--tenant=elm")
    with tenant_scope(elm.schema_name):
        AuditEntry.objects.create(verb="late", object_type="x", object_id="1")
    job = ask(elm)
    with owner_scope():
        Job.objects.filter(pk=job.pk).update(cursor={"export": stale.name})
    result = done(job).result or {}
    table = (elm.schema_name, "records_auditentry")
    assert not stale.exists() or Path(result["export"]) == stale
    assert sums(Path(result["export"]))[table][0] >= 2


def test_calls_under_way_keep_it(elm: Tenant) -> None:
    """C17: whoever is on the telephone is settled first, also when the call began after the asking."""
    job = ask(elm)
    with tenant_scope(elm.schema_name):
        Entry.objects.update(earliest_at=NOON)
        assert len(claimed(Account.objects.get(), now=NOON).calls) == 3
    job = done(job)
    assert (job.state, standing(elm)) == (State.FAILED, TenantStatus.READY)
    with pytest.raises(CallsUnderWay) as told:
        ask(elm)
    assert told.value.extra == {"count": 3}
    assert " 3 " in job.error


@contextmanager
def at_work(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """A worker counts slowly in a thread of its own, until the block ends."""
    monkeypatch.setattr("tenants.jobs.runner.heart.TICK_SECONDS", 0.05)
    monkeypatch.setattr(removing, "LOOK_SECONDS", 0.05)
    with tenant_scope(tenant.schema_name):
        busy = enqueue(kind=kinds.COUNT, params={"steps": 40, "pause": 0.05})

    def work() -> None:
        work_once(platform=False)
        connections.close_all()

    worker = Thread(target=work)
    worker.start()
    while not job_of(tenant, busy).done:
        time.sleep(0.02)
    yield busy
    worker.join()


def job_of(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.pk)


def test_work_goes_on_where_it_was_when_nothing_is_deleted(
    elm: Tenant, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    """J8, S18: it gives way, it is not cancelled: what somebody asked for is done after the reopening."""
    settings.BACKUP_DIR = tmp_path / "file"
    settings.BACKUP_DIR.write_text("no folder")
    settings.JOBS_ATTEMPTS = 1
    with at_work(elm, monkeypatch) as busy:
        assert done(ask(elm)).state == State.FAILED
    given_way = job_of(elm, busy)
    assert (given_way.state, given_way.gave_way, given_way.cancel_requested_at) == ("waiting", True, None)
    while job_of(elm, busy).is_live:
        assert work_once(platform=False)
    with tenant_scope(elm.schema_name):
        assert (job_of(elm, busy).state, kinds.steps_of(busy.pk)) == (State.COMPLETED, list(range(40)))


def test_work_goes_on_where_it_was_after_a_restoration(elm: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """J8, S18: it waits in the export as well."""
    with at_work(elm, monkeypatch) as busy:
        job = done(ask(elm))
    assert (job.state, job.error) == (State.COMPLETED, "")
    call_command("restore", (job.result or {})["export"], "--tenant=elm")
    while job_of(elm, busy).is_live:
        assert work_once(platform=False)
    with tenant_scope(elm.schema_name):
        assert (job_of(elm, busy).state, kinds.steps_of(busy.pk)) == (State.COMPLETED, list(range(40)))


def test_a_job_claimed_at_the_moment_of_closing_is_waited_for(
    elm: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J2: it was looked up before the door closed; its copy would hold it as running."""
    monkeypatch.setattr(removing, "PATIENCE_SECONDS", 0)

    def claimed_meanwhile(*args: Any, **named: Any) -> Any:
        with tenant_scope(elm.schema_name):
            late = enqueue(kind=kinds.COUNT, params={"steps": 1})
            assert claim(late.pk)
        return take(*args, **named)

    monkeypatch.setattr(removing, "take", claimed_meanwhile)
    job = done(ask(elm))
    assert (job.state, label_of(kinds.COUNT) in job.error) == (State.FAILED, True)
    assert standing(elm) == TenantStatus.READY


def test_calls_are_seen_before_any_work_is_stopped(elm: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """C17: who cannot leave is told at once, and waits for nobody."""
    monkeypatch.setattr(removing, "PATIENCE_SECONDS", 0)
    job = ask(elm)
    with tenant_scope(elm.schema_name):
        assert claim(enqueue(kind=kinds.COUNT, params={"steps": 1}).pk)
        Entry.objects.update(earliest_at=NOON)
        assert len(claimed(Account.objects.get(), now=NOON).calls) == 3
    assert " 3 " in done(job).error


def test_running_work_that_does_not_give_way_keeps_it(elm: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """J7: waited for; who does not end is named, nothing is deleted, and nothing of it is cancelled."""
    monkeypatch.setattr(removing, "PATIENCE_SECONDS", 1)
    with tenant_scope(elm.schema_name):
        busy = Job.objects.create(kind="tenants.export", state=State.WAITING)
        Ticket.objects.create(job=busy.pk, schema_name=elm.schema_name, due_at=busy.due_at, state="waiting")
        assert claim(busy.pk)
    job = done(ask(elm))
    assert (job.state, label_of("tenants.export") in job.error) == (State.FAILED, True)
    assert standing(elm) == TenantStatus.READY
    with tenant_scope(elm.schema_name):
        assert Job.objects.get(pk=busy.pk).cancel_requested_at is None
        # Its worker is gone: nobody is waited for.
        Job.objects.filter(pk=busy.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert done(ask(elm)).state == State.COMPLETED


def test_it_is_not_asked_for_by_mistake(elm: Tenant, settings: Settings) -> None:
    """F12: its name typed, a place for the export, once; what is being made is its maker's."""
    with public_scope():
        elm.refresh_from_db()
        for typed in ("", "elm", "ELM & SONS", "Elm"):
            with pytest.raises(NameNotTyped):
                actions.remove_tenant(tenant=elm, typed=typed)
        folder, settings.BACKUP_DIR = settings.BACKUP_DIR, None
        with pytest.raises(NoPlaceForExport):
            actions.remove_tenant(tenant=elm, typed=elm.name)
        settings.BACKUP_DIR = folder
        actions.remove_tenant(tenant=elm, typed=f" {elm.name} ")
        with pytest.raises(NotRemovable):
            actions.remove_tenant(tenant=elm, typed=elm.name)
        elm.refresh_from_db()
        with pytest.raises(AlreadyLive):
            actions.remove_tenant(tenant=elm, typed=elm.name)


def test_cancelled_in_time_it_is_served_again(elm: Tenant, sam: User) -> None:
    """J7: until it is deleted there is a way back."""
    job = ask(elm, sam)
    with public_scope():
        cancel(job_id=job.pk, by=sam.pk)
    assert standing(elm) == TenantStatus.READY


def test_a_creation_that_failed_early_needs_no_export(
    real_roles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12: it has no rows; its name is free again."""
    monkeypatch.setattr("tenants.tasks.clone_template", lambda _schema: 1 / 0)
    with owner_scope():
        tenant, _made = actions.create_tenant(name="Dry", slug="dry")
        Job.objects.update(attempt=2)
        work_once(platform=True)
    assert standing(tenant) == TenantStatus.FAILED
    job = done(ask(tenant))
    assert (job.state, (job.result or {})["export"]) == (State.COMPLETED, "")
    with public_scope():
        assert not Tenant.objects.filter(slug="dry").exists()
