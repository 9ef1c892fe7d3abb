"""The figures of a tenant's classification at one moment, kept 90 days."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models.numbers import number_field


class MetricsRecord(models.Model):
    """Contacts, keywords, coverage and trends as they were computed; `figures` is what the API answers."""

    id = number_field()
    computed_at = models.DateTimeField(_("computed"), db_default=Now())
    figures = models.JSONField(_("figures"), default=dict)

    class Meta:
        verbose_name = _("metrics record")
        verbose_name_plural = _("metrics records")
        ordering = ["-computed_at", "-id"]
        # The latest one, one a day, and those too old.
        indexes = [models.Index(fields=["-computed_at"], name="metrics_record_newest")]

    def __str__(self) -> str:
        return str(self.computed_at)
