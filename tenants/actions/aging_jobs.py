"""Ended jobs go after their days, but for those that something still names or reads (S19, W5)."""

from collections.abc import Iterator
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery, UUIDField

from tenants.jobs.models import Job
from tenants.jobs.rules import ENDED, State

BATCH = 1000


def forget_jobs(before: datetime) -> int:
    """Delete one batch of jobs that ended before a moment; return how many. Three queries."""
    keys = list(forgettable(before).values_list("pk", flat=True)[:BATCH])
    return int(Job.objects.filter(pk__in=keys).delete()[0])


def forgettable(before: datetime) -> QuerySet[Job]:
    """Return the ended jobs that are neither named by a row nor the last of their kind."""
    old = Job.objects.filter(state__in=ENDED, finished_at__lt=before).order_by()
    unnamed = (
        ~Exists(model._default_manager.filter(**{column: OuterRef("pk")})) for model, column in namers()
    )
    return old.filter(*unnamed).exclude(Q(pk__in=_last()) | Q(pk__in=_last(State.COMPLETED)))


def namers() -> Iterator[tuple[type[Model], str]]:
    """Yield the tenants' models that name a job, and by which column: all ids whose name says so."""
    configs = [config for config in apps.get_app_configs() if config.name in settings.TENANT_APPS]
    for model in (model for config in configs for model in config.get_models()):
        for field in model._meta.concrete_fields:
            says_so = field.name == "job" or field.name.endswith("_job")
            if isinstance(field, UUIDField) and says_so:
                yield model, field.name


def _last(*states: State) -> Subquery:
    """Return the newest job of every kind, of these states: it says when the work was done last."""
    rows = Job.objects.filter(state__in=states) if states else Job.objects.all()
    return Subquery(rows.order_by("kind", "-id").distinct("kind").values("pk"))
