"""What was asked about a person, and for how many days a tenant keeps what (S19)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models import new_id
from tenants.records.rules import RequestKind

REQUEST_LABELS = {RequestKind.EXPORT: _("hand out"), RequestKind.ERASURE: _("erase")}


class PersonRequest(models.Model):
    """Somebody asked for all that is known of a person, or for its end (S19).

    The keys they were asked for by go with the end of the work; `digests` are keyed hashes of them, by which
    an administrator who has the keys can tell that it was done.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("what"), max_length=8, choices=list(REQUEST_LABELS.items()))
    keys = models.JSONField(default=dict, editable=False)
    digests = models.JSONField(default=list, editable=False)
    never_call = models.BooleanField(_("never to be called again"), default=False)
    job = models.UUIDField(_("job"), null=True)
    # Rows by model, once done.
    counts = models.JSONField(_("rows"), default=dict)
    # What a second search found; an erasure that leaves anything has failed.
    left = models.PositiveIntegerField(_("left"), null=True)
    created_at = models.DateTimeField(_("asked"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("asked by"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("request about a person")
        verbose_name_plural = _("requests about persons")
        ordering = ["-id"]
        constraints = [
            # What is left of an erasure must not be the person.
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(keys={}), name="person_request_ends_without_keys"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Retention(models.Model):
    """For how many days a tenant keeps a kind of rows, where it says otherwise than the product."""

    kind = models.CharField(_("what"), max_length=40, primary_key=True)
    days = models.PositiveIntegerField(_("days"))
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.UUIDField(_("changed by"), null=True)

    class Meta:
        verbose_name = _("retention")
        verbose_name_plural = _("retention")
        ordering = ["kind"]
        constraints = [
            # Nothing is forgotten on the day that it comes in.
            models.CheckConstraint(condition=Q(days__gte=1), name="retention_at_least_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"
