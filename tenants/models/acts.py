"""Acts, as histories keep them, and the history of the platform: what its staff did to shared rows."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models.numbering import new_id


class Act(models.Model):
    """What somebody, or a job, did to a thing. Written in the act's own transaction; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    actor = models.UUIDField(_("who"), null=True)
    verb = models.CharField(_("what"), max_length=60)
    object_type = models.CharField(_("kind of thing"), max_length=60)
    object_id = models.CharField(_("thing"), max_length=64)
    change = models.JSONField(_("change"), default=dict)
    job = models.UUIDField(_("job"), null=True)

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class PlatformAct(Act):
    """One act of platform staff, or of a command where `actor` is nobody. Written in the act's transaction.

    The public role adds and reads rows and can do nothing else to them. People and tenants are named by id,
    without a key: they may go, their history stays.
    """

    # Whom it concerned, so that a tenant's and a person's history hold what was done to their memberships.
    tenant = models.UUIDField(_("tenant"), null=True)
    person = models.UUIDField(_("person"), null=True)
    # The name that the log's lines of the same request have.
    request = models.UUIDField(_("request"), null=True)

    class Meta(Act.Meta):
        verbose_name = _("act on the platform")
        verbose_name_plural = _("history")
        # "What happened to this thing?" is the question.
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="act_on_thing")]
