"""Shadows of jobs in the shared schema: what is due, and what was asked for."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Ticket(models.Model):
    """A job's shadow in the shared schema: what the sweeper and the workers look for (J1).

    `due_at` is when somebody should act: the job's start while it waits, its lease's end while it runs.
    """

    job = models.UUIDField(primary_key=True)
    schema_name = models.CharField(max_length=63)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10)

    class Meta:
        indexes = [
            # Only live tickets are ever looked for; finished ones leave the index.
            models.Index(
                fields=["due_at"], name="ticket_due", condition=models.Q(state__in=["waiting", "running"])
            ),
            # The next ticket of one tenant, and the next tenant after it, by a loose scan (J8).
            models.Index(
                fields=["schema_name", "due_at"],
                name="ticket_fair",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.state}"


class JobRequest(models.Model):
    """A job that somebody asked for who may write nothing in the tenant: a worker makes it (S2).

    Written beside its ticket after the tenant's scope has closed, gone as soon as the job is there.
    """

    job = models.UUIDField(primary_key=True)
    schema_name = models.CharField(max_length=63)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    by = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("asked job")
        verbose_name_plural = _("asked jobs")

    def __str__(self) -> str:
        return f"{self.kind} {self.job}"
