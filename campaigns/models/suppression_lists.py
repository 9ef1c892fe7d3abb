"""Lists of who must not be called: looked at, applied as they were looked at, taken back (W4)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.accounts import Account
from campaigns.models.numbers import number_field
from campaigns.models.words import SUPPRESSION_SOURCE_LABELS
from campaigns.rules import ListState
from tenants.records.models import StoredFile


class SuppressionLists(models.QuerySet["SuppressionList"]):
    """Says "lists …"."""

    def only_looked_at(self) -> Self:
        """… that nobody applied."""
        return self.filter(applied_at=None)


class SuppressionList(models.Model):
    """One list that came at once: what was counted before it was applied, and who did what with it."""

    id = number_field()
    # The file's; empty for what was typed or sent by a program.
    name = models.CharField(_("file"), max_length=200, blank=True, default="")
    # None: no account of the tenant calls.
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    # Where its numbers and documents are read: applying reads them as the preview did.
    country = models.CharField(_("country"), max_length=2)
    source = models.CharField(_("source"), max_length=8, choices=list(SUPPRESSION_SOURCE_LABELS.items()))
    # What came, until it is applied or a day has passed; the history stays.
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", verbose_name=_("file"))
    # created + already + refused = total (W3).
    total = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    already = models.PositiveIntegerField(_("there already"), default=0)
    refused = models.PositiveIntegerField(_("not taken"), default=0)
    # Hash of what would be new: the preview holds as long as the same would be.
    digest = models.CharField(max_length=64, blank=True, default="")
    # How many people who waited left the queue at once.
    ended = models.PositiveIntegerField(_("left the queue"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"), null=True)
    applied_at = models.DateTimeField(_("applied"), null=True)
    applied_by = models.UUIDField(_("applied by"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.UUIDField(_("undone by"), null=True)
    # What the undo lifted, and what it left in force.
    lifted = models.PositiveIntegerField(_("lifted"), default=0)
    stayed = models.PositiveIntegerField(_("stayed"), default=0)

    objects = SuppressionLists.as_manager()

    class Meta:
        verbose_name = _("list of suppressions")
        verbose_name_plural = _("lists of suppressions")
        ordering = ["-id"]
        constraints = [
            # Nobody applies at no moment.
            models.CheckConstraint(
                condition=Q(applied_by__isnull=True) | Q(applied_at__isnull=False),
                name="suppression_list_applied_has_moment",
            ),
            # Nor undoes.
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True) | Q(undone_at__isnull=False),
                name="suppression_list_undone_has_moment",
            ),
            # What was not applied cannot be undone.
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(applied_at__isnull=False),
                name="suppression_list_undone_was_applied",
            ),
            # W3: every row ends somewhere.
            models.CheckConstraint(
                condition=Q(total=models.F("created") + models.F("already") + models.F("refused")),
                name="suppression_list_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def state(self) -> ListState:
        """Return how far it came."""
        if self.undone_at:
            return ListState.UNDONE
        return ListState.APPLIED if self.applied_at else ListState.PREVIEWED
