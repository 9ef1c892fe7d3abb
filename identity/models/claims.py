"""What the partner owes: one claim per milestone of a person, in one store (I14)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models.numbers import number_field
from identity.models.persons import Person
from identity.rules import SOURCE_PK_LENGTH, ClaimState

CLAIM_STATE_LABELS = {
    ClaimState.EXPECTED: _("Expected"),
    ClaimState.GENERATED: _("Generated"),
    ClaimState.PAID: _("Paid"),
    ClaimState.REJECTED: _("Rejected"),
    ClaimState.EXPIRED: _("Expired"),
}


class Claim(models.Model):
    """A milestone of a person that is owed, by the lead it belongs to.

    A claim that comes in before its lead is linked waits without a person; so does a second one for the same
    milestone of one person, which counts nothing.
    """

    id = number_field()
    source_pk = models.CharField(_("lead"), max_length=SOURCE_PK_LENGTH, db_collation="C")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("person")
    )
    milestone = models.CharField(_("milestone"), max_length=8)
    state = models.CharField(_("state"), max_length=9, choices=list(CLAIM_STATE_LABELS.items()))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now())
    job = models.UUIDField(_("job"), null=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-id"]
        constraints = [
            # A milestone of a person is owed once, by whichever lead.
            models.UniqueConstraint(
                fields=["person", "milestone"], name="claim_once", condition=Q(person__isnull=False)
            ),
            # A file sent again updates.
            models.UniqueConstraint(fields=["source_pk", "milestone"], name="claim_of_lead_once"),
            # Nobody owes less than nothing.
            models.CheckConstraint(condition=Q(amount__gte=0), name="claim_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.source_pk} {self.milestone} {self.state}"
