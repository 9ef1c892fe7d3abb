"""The bridge to django-celery-beat: its rows say what the tenants' own schedules say (J9)."""

import json
from dataclasses import dataclass

from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tenants.jobs.actions import TENANT_QUEUE
from tenants.jobs.models import Schedule
from tenants.models import Tenant
from tenants.rules import TenantStatus

PREFIX = "tenant:"
TASK = "tenants.jobs.enqueue_scheduled"
READ_SCHEDULES = 'SELECT * FROM "{schema}".jobs_schedule'


@dataclass(frozen=True, slots=True)
class Every:
    """A periodic task of the platform: its row's name, the task, its arguments, how often."""

    name: str
    task: str
    seconds: int
    args: tuple[str, ...] = ()


_PLATFORM: dict[str, Every] = {}


def runs_every(every: Every) -> None:
    """Declare a periodic task; apps do so in their `tasks.py`."""
    _PLATFORM[every.name] = every


@transaction.atomic
def install_rows() -> int:
    """Make the rows that are missing; what an operator changed stays. Return how many were made."""
    missing = _PLATFORM.keys() - set(PeriodicTask.objects.values_list("name", flat=True))
    for every in map(_PLATFORM.__getitem__, sorted(missing)):
        interval, _made = IntervalSchedule.objects.get_or_create(
            every=every.seconds, period=IntervalSchedule.SECONDS
        )
        PeriodicTask.objects.create(
            name=every.name,
            task=every.task,
            interval=interval,
            args=json.dumps(every.args),
            queue=TENANT_QUEUE,
        )
    return len(missing)


@transaction.atomic
def mirror() -> tuple[int, int]:
    """Write, change and drop mirrored rows; return how many stand and how many went. Owner's scope."""
    ready = Tenant.objects.filter(status=TenantStatus.READY, is_template=False)
    names = [
        _mirror_one(tenant, schedule)
        for tenant in ready
        for schedule in Schedule.objects.raw(READ_SCHEDULES.format(schema=tenant.schema_name))
    ]
    stale = PeriodicTask.objects.filter(name__startswith=PREFIX).exclude(name__in=names)
    dropped, _rows = stale.delete()
    return len(names), dropped


def _mirror_one(tenant: Tenant, schedule: Schedule) -> str:
    name = f"{PREFIX}{tenant.schema_name}:{schedule.id}"
    args = [tenant.schema_name, schedule.kind, schedule.subject, schedule.params]
    PeriodicTask.objects.update_or_create(
        name=name,
        defaults={
            "task": TASK,
            "args": json.dumps(args),
            "enabled": schedule.is_active,
            "crontab": _crontab(schedule.crontab, tenant.timezone),
            "queue": TENANT_QUEUE,
        },
    )
    return name


def _crontab(words: str, zone: str) -> CrontabSchedule:
    minute, hour, day, month, weekday = words.split()
    row, _created = CrontabSchedule.objects.get_or_create(
        minute=minute, hour=hour, day_of_month=day, month_of_year=month, day_of_week=weekday, timezone=zone
    )
    return row
