"""Periodic work is django-celery-beat's rows; a tenant's own schedules are mirrored there (J9, S4)."""

import json

import pytest
from django.db import connection
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import JobKind
from tenants.jobs.schedules import install_rows, mirror
from tenants.jobs.tasks import TenantGone, enqueue_platform, enqueue_scheduled, run
from tenants.models import Tenant, Ticket
from tenants.scope import owner_scope, public_scope, tenant_scope
from tests.jobs import kinds


def mirrored() -> list[PeriodicTask]:
    return list(PeriodicTask.objects.filter(name__startswith="tenant:", args__contains=kinds.COUNT))


def test_a_tenants_schedule_is_mirrored_changed_and_dropped(acme: Tenant) -> None:
    """J9"""
    with tenant_scope(acme.schema_name):
        schedule = Schedule.objects.create(kind=kinds.COUNT, crontab="5 4 * * 1", params={"steps": 1})
    with owner_scope():
        mirror()
        (row,) = mirrored()
    assert json.loads(row.args) == [acme.schema_name, kinds.COUNT, "", {"steps": 1}]
    assert (row.crontab.minute, row.crontab.hour, str(row.crontab.timezone), row.enabled) == (
        "5",
        "4",
        "America/Santiago",
        True,
    )
    with tenant_scope(acme.schema_name):
        Schedule.objects.filter(pk=schedule.pk).update(is_active=False)
    with owner_scope():
        mirror()
        assert [task.enabled for task in mirrored()] == [False]
    with tenant_scope(acme.schema_name):
        Schedule.objects.all().delete()
    with owner_scope():
        mirror()
        assert mirrored() == []


def plan(tenant: Tenant, crontab: str = "5 4 * * 1") -> None:
    with tenant_scope(tenant.schema_name):
        Schedule.objects.update_or_create(kind=kinds.COUNT, subject="", defaults={"crontab": crontab})


def mirrored_at() -> dict[str, str]:
    """Return the minute of each tenant's mirrored row."""
    return {json.loads(task.args)[0]: task.crontab.minute for task in mirrored()}


@pytest.mark.parametrize("crontab", ["99 4 * * 1", "never", "* * * *", "a b c d e"])
def test_a_bad_crontab_keeps_its_tenants_rows_and_stops_nobody(
    acme: Tenant, birch: Tenant, crontab: str, caplog: pytest.LogCaptureFixture
) -> None:
    """J9: the scheduler reads all rows at once, so none it cannot read may come in."""
    plan(acme)
    plan(birch)
    with owner_scope():
        mirror()
    plan(acme, crontab)
    plan(birch, "7 4 * * 1")
    with owner_scope():
        _stand, dropped = mirror()
        assert (mirrored_at(), dropped) == ({acme.schema_name: "5", birch.schema_name: "7"}, 0)
    assert f"schedules of {acme.schema_name} not mirrored" in caplog.text
    plan(acme, "9 4 * * 1")
    with owner_scope():
        mirror()
        assert mirrored_at()[acme.schema_name] == "9"


def test_a_bad_zone_or_an_unreadable_schema_stops_nobody(acme: Tenant, birch: Tenant) -> None:
    """J9"""
    plan(acme)
    plan(birch)
    with owner_scope():
        Tenant.objects.filter(pk=acme.pk).update(timezone="Mars/Olympus")
        mirror()
        assert mirrored_at() == {birch.schema_name: "5"}
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{birch.schema_name}".jobs_schedule RENAME TO elsewhere')
        Tenant.objects.filter(pk=acme.pk).update(timezone="America/Lima")
        mirror()
        assert mirrored_at() == {acme.schema_name: "5", birch.schema_name: "5"}


def test_a_scheduled_job_is_enqueued_once_while_it_lives(acme: Tenant) -> None:
    """J5, J9: beat may run twice."""
    args = (acme.schema_name, kinds.COUNT, "", {"steps": 1})
    assert [enqueue_scheduled(*args), enqueue_scheduled(*args)] == [True, False]
    with tenant_scope(acme.schema_name):
        assert Job.objects.count() == 1


def test_a_platform_job_is_enqueued_in_public(db: None) -> None:
    assert [enqueue_platform(JobKind.MIRROR_SCHEDULES), enqueue_platform(JobKind.MIRROR_SCHEDULES)] == [
        True,
        False,
    ]
    with public_scope():
        assert Ticket.objects.get(state="waiting").schema_name == "public"


def test_a_task_of_a_tenant_that_is_gone_fails(db: None) -> None:
    """S4: it never runs in public."""
    with pytest.raises(TenantGone):
        enqueue_scheduled("t_gone", kinds.COUNT, "", {})
    with pytest.raises(TenantGone):
        run("00000000-0000-0000-0000-000000000000")


def test_the_platforms_own_rows_are_there_from_the_start(db: None) -> None:
    """J9: the sweeper, the mirror, and the workers' rows that the domains promise."""
    names = set(PeriodicTask.objects.values_list("name", flat=True))
    assert {"jobs_sweeper", "jobs_mirror_schedules", "linkedin_import_worker"} <= names


def test_rows_name_no_queue_so_that_a_new_prefix_moves_them(acme: Tenant) -> None:
    """J9: rows of an earlier release kept the queue of their day, read by nobody under another prefix."""
    with owner_scope():
        install_rows()
        PeriodicTask.objects.filter(name="jobs_sweeper").update(queue="older.default")
        PeriodicTask.objects.filter(name="tenants_forget_expired").update(queue="an-operators-own")
        plan(acme)
        mirror()
        PeriodicTask.objects.filter(name__startswith="tenant:").update(queue="older.default")
        before = PeriodicTasks.last_change()
        assert install_rows() == 0
        kept = dict(PeriodicTask.objects.exclude(queue=None).values_list("name", "queue"))
    assert kept == {"tenants_forget_expired": "an-operators-own"}
    # The beat reads its rows anew.
    assert before is None or PeriodicTasks.last_change() > before
