"""Which numbers lead to nobody, as calls found out."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.rules import NUMBER_LENGTH


class BadNumber(models.Model):
    """A number that does not exist (C21): told wherever it is shown, and not called by a new campaign.

    A conversation at the number, or a person, takes the flag away: numbers are given out again.
    """

    number = models.CharField(_("number"), max_length=NUMBER_LENGTH, primary_key=True)
    # The call that found it out.
    attempt = models.UUIDField(_("call"), null=True)
    # In the provider's words.
    reason = models.CharField(_("provider's reason"), max_length=80, blank=True, default="")
    found_at = models.DateTimeField(_("found"), db_default=Now())

    class Meta:
        verbose_name = _("bad number")
        verbose_name_plural = _("bad numbers")
        ordering = ["-found_at"]
        # The list, newest first.
        indexes = [models.Index(fields=["-found_at"], name="bad_number_newest")]

    def __str__(self) -> str:
        return self.number
