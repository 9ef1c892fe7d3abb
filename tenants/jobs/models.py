"""The job row: the truth about long work (J1), in every tenant's schema and, for the platform, in public."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Now, NullIf
from django.utils.translation import gettext_lazy as _

from tenants.jobs.rules import LIVE, STATE_LABELS, State
from tenants.models import Tenant, new_id
from tenants.rules import TenantStatus
from tenants.scope import current_schema
from tenants.scope.logins import PUBLIC_SCHEMA


class Jobs(models.QuerySet["Job"]):
    """Says "jobs …"."""

    def live(self) -> Self:
        """… that wait or run."""
        return self.filter(state__in=LIVE)

    def of(self, kind: str, subject: str) -> Self:
        """… of one kind about one subject."""
        return self.filter(kind=kind, subject=subject)

    def leased(self, token: object) -> Self:
        """… that still run under this lease (J3)."""
        return self.filter(state=State.RUNNING, lease_token=token)


class Job(models.Model):
    """One piece of long work, its lease, its place (cursor) and its counters."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120, blank=True, default="")
    params = models.JSONField(_("parameters"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=list(STATE_LABELS.items()), default=State.WAITING
    )
    due_at = models.DateTimeField(_("due"), db_default=Now())

    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    worker = models.CharField(_("worker"), max_length=120, blank=True, default="")
    # True when it waits because it gave way, which is no failed attempt.
    gave_way = models.BooleanField(default=False, editable=False)

    phase = models.PositiveSmallIntegerField(default=0)
    phases = models.PositiveSmallIntegerField(default=0)
    phase_label = models.CharField(max_length=80, blank=True, default="")
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("total"), null=True)
    counters = models.JSONField(_("counters"), default=dict)
    cursor = models.JSONField(default=dict)

    result = models.JSONField(_("result"), null=True)
    error = models.TextField(_("error"), blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    cancel_requested_at = models.DateTimeField(_("cancel requested"), null=True)
    cancel_requested_by = models.UUIDField(null=True)

    objects = Jobs.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            # J5: one live job per kind and subject, whoever asks at the same moment.
            models.UniqueConstraint(
                fields=["kind", "subject"], name="job_one_live", condition=Q(state__in=LIVE)
            ),
            # J3: a lease exists exactly while the job runs.
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state=State.RUNNING) & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="job_lease_iff_running",
            ),
            # An end has its moment, and only an end.
            models.CheckConstraint(
                condition=Q(state__in=LIVE, finished_at__isnull=True)
                | (~Q(state__in=LIVE) & Q(finished_at__isnull=False)),
                name="job_finished_iff_ended",
            ),
            # A bar never runs past its end (W2).
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")), name="job_done_within_total"
            ),
            # A state that no code knows would be waited for in vain.
            models.CheckConstraint(condition=Q(state__in=list(State)), name="job_state_known"),
            # Nobody asks for an end at no moment; the system itself may ask without a person.
            models.CheckConstraint(
                condition=Q(cancel_requested_by__isnull=True) | Q(cancel_requested_at__isnull=False),
                name="job_cancel_has_moment",
            ),
        ]
        # Lists show the newest of one kind first.
        indexes = [models.Index(fields=["kind", "-id"], name="job_kind_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def took(self) -> timedelta | None:
        """Return how long the work took; None before its end."""
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None

    @property
    def is_live(self) -> bool:
        """Say whether the job waits or runs."""
        return self.state in LIVE


def in_service() -> Q:
    """Select the tickets that are handed out: the platform's and ready tenants'; others wait for theirs."""
    ready = Tenant.objects.filter(schema_name=OuterRef("schema_name"), status=TenantStatus.READY)
    return Q(schema_name=PUBLIC_SCHEMA) | Q(Exists(ready))


class Schedules(models.QuerySet["Schedule"]):
    """Says "schedules …"."""

    def with_zone(self) -> Self:
        """… and by whose clock each runs: its own, or else the open tenant's. In the same query."""
        tenants = Tenant.objects.filter(schema_name=current_schema() or "").values("timezone")
        own = NullIf("timezone", Value(""))
        return self.annotate(zone=Coalesce(own, models.Subquery(tenants), Value("UTC")))


class Schedule(models.Model):
    """A tenant's own periodic work, mirrored to the shared scheduler by a platform job (J9)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("subject"), max_length=120, blank=True, default="")
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    crontab = models.CharField(_("crontab"), max_length=80, default="0 3 * * *")
    # "" is the tenant's own; some work follows somebody else's clock.
    timezone = models.CharField(_("time zone"), max_length=40, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    # Told by `with_zone`, stored nowhere.
    zone: str

    objects = Schedules.as_manager()

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["kind"]
        # Two rows for the same work would only refuse each other (J5).
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="schedule_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.crontab}"
