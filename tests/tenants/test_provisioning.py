"""Tenants are made by cloning and brought to head in parallel, whatever is killed in between (F12)."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from tenants import actions
from tenants.actions.tenancy import NotFailed, SlugTaken
from tenants.jobs.models import Job
from tenants.jobs.rules import AlreadyLive, State
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant, Ticket, User
from tenants.provisioning import (
    TEMPLATE_SCHEMA,
    clone_template,
    drop_tenant_roles,
    grants,
    migrate_tenant,
    schemas,
    schemas_behind,
)
from tenants.provisioning.parallel import migrate_in_parallel
from tenants.provisioning.schemas import new_schema_name
from tenants.rules import SCHEMA_NAME, JobKind, TenantStatus
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.cast import make_tenant
from tests.tenants.lagging import behind, fall_behind
from tests.workers import Workers

pytestmark = pytest.mark.real_roles

SHAPE = """
    SELECT 'column', table_name, column_name, data_type || coalesce(column_default, '') || is_nullable
      FROM information_schema.columns WHERE table_schema = %(schema)s
    UNION ALL
    SELECT 'index', tablename, '', replace(indexdef, %(schema)s, '')
      FROM pg_indexes WHERE schemaname = %(schema)s
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, replace(pg_get_constraintdef(oid), %(schema)s, '')
      FROM pg_constraint WHERE connamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'storage', relname, '', array_to_string(reloptions, ' ')
      FROM pg_class WHERE relnamespace = %(schema)s::regnamespace
    UNION ALL
    SELECT 'view', viewname, '', definition FROM pg_views WHERE schemaname = %(schema)s
"""


def shape(schema: str) -> set[tuple[str, ...]]:
    """Return columns, indexes and constraints of a schema, its own name taken out."""
    with connection.cursor() as cursor:
        cursor.execute(SHAPE, {"schema": schema})
        return {
            tuple(str(cell).replace(schema, "").replace('""', "").replace("..", ".") for cell in row)
            for row in cursor.fetchall()
        }


@pytest.mark.services
def test_a_cloned_schema_equals_a_migrated_one(real_roles: None) -> None:
    cloned, migrated = new_schema_name(), new_schema_name()
    with owner_scope():
        clone_template(cloned)
        migrate_tenant(migrated)
        assert shape(cloned) == shape(migrated)
        assert len(shape(cloned)) > 50


def test_a_removed_tenant_is_not_migrated_back(
    real_roles: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """F12: it was listed as behind, and went before its turn; no empty schema comes of it."""
    gone = new_schema_name()
    monkeypatch.setattr("sys.stdin", StringIO(f"{gone}\n"))
    call_command("migrate", "--fed")
    assert capsys.readouterr().out == "ok\n"
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s)", [gone])
        assert cursor.fetchone() == (None,)


def test_a_template_whose_tables_are_missing_is_made_again(real_roles: None) -> None:
    """F12, S18: its row came with a backup of everything and says head; organisations can be created."""
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA "{TEMPLATE_SCHEMA}" CASCADE')
    call_command("migrate", verbosity=0, stdout=StringIO())
    with owner_scope():
        make_tenant("Cedar", "cedar")


def test_schema_names_tell_nothing(acme: Tenant) -> None:
    """S1: the catalogue shows them to every tenant."""
    assert SCHEMA_NAME.fullmatch(acme.schema_name)
    assert new_schema_name() != new_schema_name()


@pytest.mark.services
def test_creating_a_tenant_is_a_job_with_a_bar(real_roles: None) -> None:
    with owner_scope():
        tenant, job = actions.create_tenant(name="Cedar", slug="cedar")
        assert (tenant.status, job.state) == (TenantStatus.CREATING, State.WAITING)
        work_once(platform=True)
        job.refresh_from_db()
        tenant.refresh_from_db()
    assert (job.state, job.done, job.total, tenant.status) == (State.COMPLETED, 2, 2, TenantStatus.READY)
    with tenant_scope(tenant.schema_name):
        assert Job.objects.count() == 0


def test_a_short_name_is_taken_once(real_roles: None) -> None:
    with owner_scope(), pytest.raises(SlugTaken):
        actions.create_tenant(name="Another", slug="acme")


def fail(job: Job) -> None:
    """Let all attempts of a creation that is broken pass at once."""
    for _ in range(3):
        Job.objects.filter(pk=job.id).update(due_at="2020-01-01T00:00Z")
        Ticket.objects.filter(job=job.id).update(due_at="2020-01-01T00:00Z")
        work_once(platform=True)


def broken(_schema: str) -> None:
    raise ValueError("no disk")


def test_a_creation_that_cannot_end_says_so_on_the_tenant(
    real_roles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.tasks.clone_template", broken)
    with owner_scope():
        tenant, job = actions.create_tenant(name="Dry", slug="dry")
        fail(job)
        tenant.refresh_from_db()
        job.refresh_from_db()
    assert (job.state, job.error, tenant.status) == (State.FAILED, "ValueError: no disk", TenantStatus.FAILED)


def test_a_failed_creation_can_be_tried_again(real_roles: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """F12: by the same job, once, and by no means for a tenant that is ready."""
    with owner_scope():
        with monkeypatch.context() as patch:
            patch.setattr("tenants.tasks.clone_template", broken)
            tenant, job = actions.create_tenant(name="Dry", slug="dry")
            fail(job)
        again = actions.retry_tenant(tenant=tenant)
        with pytest.raises(NotFailed):
            actions.retry_tenant(tenant=tenant)
        work_once(platform=True)
        tenant.refresh_from_db()
        again.refresh_from_db()
        assert (again.state, tenant.status) == (State.COMPLETED, TenantStatus.READY)
        with pytest.raises(NotFailed):
            actions.retry_tenant(tenant=tenant)


def test_staff_tries_again_by_a_button_that_only_failed_tenants_have(
    acme: Tenant, birch: Tenant, sam: User, page: Callable[[User], Client]
) -> None:
    """F12"""
    with owner_scope():
        Tenant.objects.filter(pk=birch.pk).update(status=TenantStatus.FAILED)
    staff, press = page(sam), "/platform/tenants/tenant/{}/press/retry/"
    assert press.format(birch.pk) in staff.get(f"/platform/tenants/tenant/{birch.pk}/change/").text
    assert press.format(acme.pk) not in staff.get(f"/platform/tenants/tenant/{acme.pk}/change/").text
    staff.post(press.format(birch.pk))
    with public_scope():
        assert Job.objects.live().of(JobKind.CREATE_TENANT, str(birch.pk)).count() == 1
        assert Tenant.objects.get(pk=birch.pk).status == TenantStatus.CREATING


def test_parallel_migration_brings_all_to_head(acme: Tenant, birch: Tenant) -> None:
    fall_behind(acme, birch)
    outcomes = list(migrate_in_parallel(behind(), processes=2))
    assert [o.error for o in outcomes] == ["", ""]
    assert behind() == []
    with tenant_scope(acme.schema_name), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM insights_label")
        assert cursor.fetchone() == (0,)


def test_what_stands_on_the_roles_reaches_tenants_that_are_there(
    real_roles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S10, S12: a release that changes a setting of the roles and no table brings tenants to head, too."""
    # Roles are the cluster's: Acme's are other tests' too.
    with owner_scope():
        cedar = make_tenant("Cedar", "cedar").schema_name
    assert cedar not in behind()
    monkeypatch.setitem(grants.TIMEOUTS, "rw", "59s")
    assert cedar in behind()
    migrate_tenant(cedar)
    assert cedar not in behind()
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT rolconfig FROM pg_roles WHERE rolname = %s", [f"{cedar}_rw"])
        assert {"statement_timeout=59s", "synchronous_commit=on"} <= set(cursor.fetchone()[0])


def test_another_key_of_passwords_reaches_tenants_that_are_there(
    real_roles: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S1: `migrate` after a new `MINGA_DB_KEY` leaves no log-in with the password of the old one."""
    with owner_scope():
        cedar = make_tenant("Cedar", "cedar").schema_name
    given: list[str] = []

    def other_password(role: str) -> str:
        given.append(role)
        return f"new-{role}"

    monkeypatch.setattr("tenants.scope.logins.password", other_password)
    assert cedar in behind()
    migrate_tenant(cedar)
    assert {f"{cedar}_rw", f"{cedar}_ro"} <= set(given)
    assert cedar not in behind()


def test_a_tenant_in_the_making_is_left_to_its_own_job(acme: Tenant) -> None:
    """F12: migrating it would make the schema that its creation is about to clone."""
    fall_behind(acme)
    with owner_scope():
        actions.create_tenant(name="Cedar", slug="cedar")
        assert schemas_behind() == [acme.schema_name]


@contextmanager
def held(table: str) -> Iterator[psycopg.Connection]:
    """Keep everybody from writing to a table, as a long request would; free when rolled back."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as holder:
        holder.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield holder
        holder.rollback()


def test_a_migration_waits_briefly_for_a_table_and_tries_again(
    acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S12: every request would queue behind the one that waits."""
    monkeypatch.setattr(schemas, "LOCK_TIMEOUT", "100ms")
    fall_behind(acme)
    with held(f'"{acme.schema_name}".django_migrations') as holder:
        monkeypatch.setattr(schemas, "sleep", lambda _seconds: holder.rollback())
        migrate_tenant(acme.schema_name)
    assert behind() == []


def test_a_migration_gives_up_after_three_tries(acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """S12"""
    pauses: list[float] = []
    monkeypatch.setattr(schemas, "LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(schemas, "sleep", pauses.append)
    fall_behind(acme)
    with (
        held(f'"{acme.schema_name}".django_migrations'),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        migrate_tenant(acme.schema_name)
    assert (len(pauses), behind()) == (2, [acme.schema_name])


def test_one_broken_schema_does_not_stop_the_others(acme: Tenant, birch: Tenant) -> None:
    fall_behind(acme, birch)
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'CREATE TABLE "{acme.schema_name}".insights_label (in_the_way int)')
    outcomes = {o.schema: o.error for o in migrate_in_parallel(behind(), processes=1)}
    assert "insights_label" in outcomes[acme.schema_name]
    assert (outcomes[birch.schema_name], behind()) == ("", [acme.schema_name])


@pytest.mark.services
@pytest.mark.kill
def test_a_migration_killed_after_its_first_tenant_resumes(
    acme: Tenant, birch: Tenant, workers: Workers
) -> None:
    """F12: three tenants, the worker and all its processes killed, the next worker does only what is left."""
    with owner_scope():
        cedar = make_tenant("Cedar", "cedar")
        fall_behind(acme, birch, cedar)
        job = actions.migrate_tenants()
        with pytest.raises(AlreadyLive):
            actions.migrate_tenants()
    workers.start_and_die("after_commit:2", MINGA_MIGRATION_PROCESSES="1")
    left = len(behind())
    assert 1 <= left <= 2, "killed in the middle"
    workers.start()
    workers.until(lambda: not reload(job).is_live)
    assert (reload(job).state, behind()) == (State.COMPLETED, [])
    with owner_scope():
        assert shape(cedar.schema_name) == shape(TEMPLATE_SCHEMA)


def reload(job: Job) -> Job:
    with public_scope():
        return Job.objects.get(pk=job.pk)


@pytest.mark.services
def test_roles_of_a_dropped_schema_can_go(real_roles: None) -> None:
    with owner_scope():
        tenant = make_tenant("Elm", "elm")
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA "{tenant.schema_name}" CASCADE')
        drop_tenant_roles(tenant.schema_name)
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE %s", [f"{tenant.schema_name}%"])
        assert cursor.fetchone() == (0,)


FED = """
import sys, time
from pathlib import Path
for line in sys.stdin:
    with (Path(__file__).parent / "asked").open("a") as asked:
        asked.write(line)
    if line.strip() == "deadly":
        sys.exit(1)
    time.sleep(0.3)
    print("ok", flush=True)
"""


@pytest.fixture
def fed(tmp_path: Path, settings: Settings) -> Path:
    """Let the feeders start a process that only says "ok"; return where it notes what it was asked."""
    (tmp_path / "manage.py").write_text(FED)
    settings.ROOT = tmp_path
    return tmp_path / "asked"


def test_whoever_leaves_early_leaves_no_process_at_work(fed: Path) -> None:
    """F12, J7: a cancelled or yielding job stops after the schemas in hand; resumed, it is alone."""
    outcomes = migrate_in_parallel([f"t_{number}" for number in range(20)], processes=2)
    assert next(outcomes).error == ""
    outcomes.close()
    asked = fed.read_text().split()
    assert 1 <= len(asked) <= 4
    assert [thread for thread in threading.enumerate() if "_feed" in thread.name] == []
    time.sleep(0.5)
    assert fed.read_text().split() == asked


def test_a_process_that_dies_takes_one_schema_with_it(fed: Path) -> None:
    """F12"""
    outcomes = {o.schema: o.error for o in migrate_in_parallel(["t_a", "deadly", "t_b"], processes=1)}
    assert outcomes == {"t_a": "", "deadly": "the migrating process died", "t_b": ""}


def test_every_schema_hears_that_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """F12: nobody waits for an answer that nobody will give."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    outcomes = list(migrate_in_parallel(["t_a", "t_b", "t_c"], processes=2))
    assert sorted(o.schema for o in outcomes) == ["t_a", "t_b", "t_c"]
    assert all("no process could be started" in o.error for o in outcomes)
