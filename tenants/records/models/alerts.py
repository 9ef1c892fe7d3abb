"""What is wrong now and what was: one row from the beginning to the end of a cause."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models import Cause


class Alert(Cause):
    """What is wrong in the tenant, whose administrators are told."""

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-id"]
        constraints = [
            # A cause is open once, however many look at the same moment.
            models.UniqueConstraint(
                fields=["code", "subject"], name="alert_open_once", condition=Q(closed_at__isnull=True)
            )
        ]


class AlertRefusal(models.Model):
    """An administrator who does not want alerts by e-mail. Who has no row gets them."""

    person = models.UUIDField(primary_key=True, editable=False)
    refused_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return str(self.person)
