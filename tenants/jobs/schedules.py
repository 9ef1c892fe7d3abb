"""The bridge to django-celery-beat: its rows say what the tenants' own schedules say (J9)."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from celery.schedules import ParseException
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask, PeriodicTasks

from tenants.jobs.models import Schedule
from tenants.jobs.queries import next_run
from tenants.models import Tenant
from tenants.rules import TenantStatus

log = logging.getLogger(__name__)
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
    _free_queues()
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
        )
    return len(missing)


def _free_queues() -> None:
    """Take the queue out of our rows: where it is sent is the sender's to know, by its own `QUEUE_PREFIX`.

    Rows of an earlier release kept the queue of the day on which they were made; under another prefix nobody
    listens there.
    """
    ours = Q(name__in=_PLATFORM) | Q(name__startswith=PREFIX)
    if PeriodicTask.objects.filter(ours, queue__endswith=".default").update(queue=None):
        # The beat reads its rows again; an UPDATE alone tells it nothing.
        PeriodicTasks.update_changed()


@transaction.atomic
def mirror() -> tuple[int, int]:
    """Write, change and drop mirrored rows; return how many stand and how many went. Owner's scope.

    A tenant whose schedules cannot be read or written keeps the rows it has; the log names it.
    """
    names: list[str] = []
    stale = PeriodicTask.objects.filter(name__startswith=PREFIX)
    for tenant in Tenant.objects.filter(status=TenantStatus.READY, is_template=False):
        try:
            names += _mirror_tenant(tenant)
        except (DatabaseError, ValidationError, ValueError) as error:
            # One tenant's bad row is no reason to stop the others' periodic work.
            log.error("schedules of %s not mirrored: %s", tenant.schema_name, type(error).__name__)
            stale = stale.exclude(name__startswith=_prefix(tenant))
    dropped, _rows = stale.exclude(name__in=names).delete()
    return len(names), dropped


def forget(schema: str) -> None:
    """Drop what was mirrored of one tenant, without waiting for the next look at all of them."""
    PeriodicTask.objects.filter(name__startswith=f"{PREFIX}{schema}:").delete()


@transaction.atomic
def _mirror_tenant(tenant: Tenant) -> list[str]:
    schedules = Schedule.objects.raw(READ_SCHEDULES.format(schema=tenant.schema_name))
    return [_mirror_one(tenant, schedule) for schedule in schedules]


def _prefix(tenant: Tenant) -> str:
    return f"{PREFIX}{tenant.schema_name}:"


def _mirror_one(tenant: Tenant, schedule: Schedule) -> str:
    name = f"{_prefix(tenant)}{schedule.id}"
    args = [tenant.schema_name, schedule.kind, schedule.subject, schedule.params]
    PeriodicTask.objects.update_or_create(
        name=name,
        defaults={
            "task": TASK,
            "args": json.dumps(args),
            "enabled": schedule.is_active,
            "crontab": _crontab(schedule.crontab, schedule.timezone or tenant.timezone),
            "queue": None,
        },
    )
    return name


def check_crontab(words: str, *, now: datetime, zone: ZoneInfo) -> None:
    """Raise ValueError unless five crontab words name moments, and the shared scheduler can read them."""
    try:
        next_run(words, now=now, zone=zone)
        # It reads less than Celery: "22-6" and "monday" would be taken here and never run.
        CrontabSchedule(**_table(words, str(zone))).clean_fields()
    except (ParseException, LookupError, ValidationError) as error:
        raise ValueError(words) from error


def _crontab(words: str, zone: str) -> CrontabSchedule:
    """Return the scheduler's row of that time table. Raises ValueError or ValidationError."""
    table = _table(words, zone)
    # The scheduler reads all rows at once: one that it cannot read would end everybody's periodic work.
    CrontabSchedule(**table).clean_fields()
    row, _created = CrontabSchedule.objects.get_or_create(**table)
    return row


def _table(words: str, zone: str) -> dict[str, str]:
    minute, hour, day, month, weekday = words.split()
    return {
        "minute": minute,
        "hour": hour,
        "day_of_month": day,
        "month_of_year": month,
        "day_of_week": weekday,
        "timezone": zone,
    }
