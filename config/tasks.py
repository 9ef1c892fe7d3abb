"""The product's own jobs: the daily backup, and an organisation's last one before it goes (S18)."""

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.backup import daily, removing
from tenants.jobs.runner import Run, handles
from tenants.jobs.schedules import Every, runs_every
from tenants.jobs.tasks import enqueue_platform
from tenants.rules import JobKind
from tenants.scope import public_scope

TASK = "config.back_up_when_due"
# Seen often, made once a day: one that failed is tried again long before anybody is alarmed.
runs_every(Every("back_up_when_due", TASK, seconds=600))


@shared_task(name=TASK, ignore_result=True)
def back_up_when_due() -> bool:
    """Enqueue today's backup unless it was made or nobody said where to."""
    with public_scope():
        is_due = daily.is_due(now=timezone.now())
    return is_due and enqueue_platform(JobKind.BACK_UP)


@handles(JobKind.BACK_UP, label=_("Back up"))
def back_up(run: Run) -> dict[str, object]:
    """Write the backup of the installation and read it again."""
    return daily.back_up(run)


@handles(JobKind.REMOVE_TENANT, label=_("Remove organisation"), on_end=removing.settle)
def remove_tenant(run: Run) -> dict[str, object]:
    """Write the organisation's last backup, then delete it."""
    return removing.remove(run)
