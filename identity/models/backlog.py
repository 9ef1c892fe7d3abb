"""The red backlog: the queue that drains it, and every move in and out of it (I11, I12, I15)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models.cases import REASON_LABELS
from identity.models.numbers import number_field
from identity.rules import SOURCE_PK_LENGTH, BacklogEventKind, QueueStatus

QUEUE_STATUS_LABELS = {
    QueueStatus.PENDING: _("Pending"),
    QueueStatus.MATCHED: _("Matched"),
    QueueStatus.FAILED: _("Failed"),
    QueueStatus.RESOLVED_ELSEWHERE: _("Resolved elsewhere"),
}


class QueueItem(models.Model):
    """A lead that was red when the queue was sown, and how often recovery tried it in vain."""

    source_pk = models.CharField(_("lead"), max_length=SOURCE_PK_LENGTH, primary_key=True, db_collation="C")
    status = models.CharField(
        _("status"), max_length=18, choices=list(QUEUE_STATUS_LABELS.items()), default=QueueStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.CharField(
        _("last reason"), max_length=20, blank=True, default="", choices=list(REASON_LABELS.items())
    )
    tried_at = models.DateTimeField(_("last tried"), null=True)
    # Not before, even with new evidence (I12).
    retry_at = models.DateTimeField(_("not before"), null=True)
    # A person asked for another try (I11).
    asked_at = models.DateTimeField(_("asked for"), null=True)
    queued_at = models.DateTimeField(_("queued"), db_default=Now())
    closed_at = models.DateTimeField(_("closed"), null=True)
    job = models.UUIDField(_("job"), null=True)

    class Meta:
        verbose_name = _("queued lead")
        verbose_name_plural = _("recovery queue")
        ordering = ["attempts", "queued_at", "source_pk"]
        constraints = [
            # An end has its moment, and only an end.
            models.CheckConstraint(
                condition=Q(status=QueueStatus.PENDING, closed_at__isnull=True)
                | (~Q(status=QueueStatus.PENDING) & Q(closed_at__isnull=False)),
                name="queue_item_closed_iff_ended",
            )
        ]
        indexes = [
            # The next ones: fewest attempts, then oldest (I12).
            models.Index(
                fields=["attempts", "queued_at", "source_pk"],
                name="queue_item_next",
                condition=Q(status="pending"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_pk} {self.status}"


class BacklogEvent(models.Model):
    """A lead entered or left the red backlog. Append-only: daily numbers are sums of these."""

    id = number_field()
    source_pk = models.CharField(_("lead"), max_length=SOURCE_PK_LENGTH, db_collation="C")
    kind = models.CharField(_("what"), max_length=20, choices=[(k.value, k.value) for k in BacklogEventKind])
    happened_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    job = models.UUIDField(_("job"), null=True)

    class Meta:
        verbose_name = _("backlog event")
        verbose_name_plural = _("backlog events")
        ordering = ["-id"]
        indexes = [
            # Days.
            models.Index(fields=["happened_at", "kind"], name="backlog_event_moment"),
            # One lead's story.
            models.Index(fields=["source_pk", "id"], name="backlog_event_of"),
        ]

    def __str__(self) -> str:
        return f"{self.source_pk} {self.kind}"
