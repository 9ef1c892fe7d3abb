"""What is wrong and was: one row from the beginning to the end of a cause, a tenant's or the platform's."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.numbering import new_id


class Cause(models.Model):
    """A cause that wants a person: `code` is `app.what`; `subject`, what it is about; `figures` for words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("what"), max_length=60)
    subject = models.CharField(_("about"), max_length=120, blank=True, default="")
    figures = models.JSONField(_("figures"), default=dict)
    opened_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)
    # The last look that found it: what comes and goes within minutes is one alert.
    seen_at = models.DateTimeField(_("last seen"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("over"), null=True)
    told_at = models.DateTimeField(_("told by e-mail"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.subject}".strip()


class PlatformAlert(Cause):
    """What is wrong with the installation itself, whose staff is told."""

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-id"]
        constraints = [
            # A cause is open once, however many look at the same moment.
            models.UniqueConstraint(
                fields=["code", "subject"],
                name="platform_alert_open_once",
                condition=Q(closed_at__isnull=True),
            )
        ]
