"""Who is told outside, what, and how that went (W16)."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models import new_id
from tenants.records.rules import DELIVERY_LABELS, STOP_LABELS, DeliveryState


class WebhookEndpoint(models.Model):
    """An address of the client that wants to hear of some events.

    Its secrets are made of `seed` and `old_seed` under a key of the machine: neither is of use by itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=60), verbose_name=_("events"))
    seed = models.CharField(max_length=64, editable=False)
    old_seed = models.CharField(max_length=64, editable=False, blank=True, default="")
    old_seed_ends_at = models.DateTimeField(_("old secret ends"), null=True)
    # "" while it is told; else why not.
    stopped = models.CharField(
        _("stopped"), max_length=8, choices=list(STOP_LABELS.items()), blank=True, default=""
    )
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("fails since"), null=True)
    # Nothing is sent before: an address that does not answer is not asked for each message.
    rests_until = models.DateTimeField(_("rests until"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["-id"]
        constraints = [
            # A second secret always has its end.
            models.CheckConstraint(
                condition=Q(old_seed="", old_seed_ends_at__isnull=True)
                | (~Q(old_seed="") & Q(old_seed_ends_at__isnull=False)),
                name="webhook_old_secret_ends",
            ),
            # Patience is measured from the first failure of a row of them.
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True)
                | Q(failures__gt=0, failing_since__isnull=False),
                name="webhook_failing_since",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Deliveries(models.QuerySet["WebhookDelivery"]):
    """Says "deliveries …"."""

    def waiting(self) -> Self:
        """… that are still to be sent."""
        return self.filter(state=DeliveryState.WAITING)

    def due(self, now: datetime) -> Self:
        """… whose turn it is, at endpoints that are told and do not rest."""
        rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=now)
        return self.waiting().filter(rested, endpoint__stopped="", due_at__lte=now)


class WebhookDelivery(models.Model):
    """One message to one endpoint; its id is the `webhook-id` of every try. `body` goes out as it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook endpoint")
    )
    type = models.CharField(_("event"), max_length=60)
    body = models.TextField(_("body"))
    state = models.CharField(
        _("state"), max_length=10, choices=list(DELIVERY_LABELS.items()), default=DeliveryState.WAITING
    )
    tries = models.PositiveIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("next try"), db_default=Now())
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = Deliveries.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        constraints = [
            # What has ended is forgotten by its end.
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, ended_at__isnull=True)
                | (~Q(state=DeliveryState.WAITING) & Q(ended_at__isnull=False)),
                name="webhook_delivery_ended",
            )
        ]
        indexes = [
            # The next of an endpoint, however long its log is.
            models.Index(
                fields=["endpoint", "due_at"],
                name="webhook_delivery_due",
                condition=Q(state=DeliveryState.WAITING),
            ),
            # Forgotten by age.
            models.Index(
                fields=["ended_at"], name="webhook_delivery_age", condition=Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class WebhookTry(models.Model):
    """One try: the status that came back, or why none did. What the other side wrote is not kept (S19)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="log")
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    fault = models.CharField(_("fault"), max_length=20, blank=True, default="")
    took_ms = models.PositiveIntegerField(_("took, ms"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.status or self.fault}"
