"""Who must not be called."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.accounts import Account
from campaigns.models.numbers import number_field
from campaigns.models.suppression_lists import SuppressionList
from campaigns.models.words import SUPPRESSION_KIND_LABELS, SUPPRESSION_SOURCE_LABELS
from campaigns.rules import PERSON_KEY_LENGTH, SuppressionKind


class Suppressions(models.QuerySet["Suppression"]):
    """Says "suppressions …"."""

    def in_force(self) -> Self:
        """… that were not lifted."""
        return self.filter(lifted_at=None)

    def for_account(self, account_id: int) -> Self:
        """… that bind one account: its own and the whole tenant's."""
        return self.filter(Q(account=None) | Q(account_id=account_id))


class Suppression(models.Model):
    """A number (E.164) or document (as in `person_key`, `D:<country>:<document>`) that must not be called."""

    id = number_field()
    kind = models.CharField(_("what"), max_length=8, choices=list(SUPPRESSION_KIND_LABELS.items()))
    value = models.CharField(_("value"), max_length=PERSON_KEY_LENGTH)
    # None: no account of the tenant calls.
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="suppressions", verbose_name=_("account")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    source = models.CharField(_("source"), max_length=8, choices=list(SUPPRESSION_SOURCE_LABELS.items()))
    # The call in which it was asked for, first or again.
    attempt = models.UUIDField(_("call"), null=True)
    # The list that said it first, if one did: undoing the list lifts it.
    in_list = models.ForeignKey(
        SuppressionList,
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="made",
        verbose_name=_("list"),
    )
    # Somebody else asked for the same while it was in force: no list alone may take it back.
    said_again_at = models.DateTimeField(_("said again"), null=True)
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"), null=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.UUIDField(_("lifted by"), null=True)

    objects = Suppressions.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["-id"]
        constraints = [
            # One live wish for each value and reach.
            models.UniqueConstraint(
                fields=["kind", "value", "account"],
                name="suppression_once",
                condition=Q(lifted_at=None),
                nulls_distinct=False,
            ),
            # Nobody lifts at no moment.
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | Q(lifted_at__isnull=False),
                name="suppression_lifted_has_moment",
            ),
            # A kind that no claim asks for would bind nobody.
            models.CheckConstraint(
                condition=Q(kind__in=list(SuppressionKind)), name="suppression_kind_known"
            ),
        ]
        indexes = [
            # The claim asks by value.
            models.Index(fields=["value"], name="suppression_of", condition=Q(lifted_at=None)),
            # What did this list make?
            models.Index(fields=["in_list"], name="suppression_in_list", condition=Q(in_list__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    @property
    def again(self) -> str:
        """Return when it was last said again (ISO 8601), "" if never."""
        return self.said_again_at.isoformat() if self.said_again_at else ""
