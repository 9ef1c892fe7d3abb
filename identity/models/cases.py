"""What could not be linked: an open case per lead, every attempt, and what people said."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models.links import RULESET_LENGTH, Evidence
from identity.models.numbers import number_field
from identity.models.persons import Person
from identity.models.sightings import Driver, Lead
from identity.rules import CaseState, Outcome, Reason, VerdictKind, Via

CASE_STATE_LABELS = {
    CaseState.OPEN: _("Open"),
    CaseState.RESOLVED: _("Resolved"),
    CaseState.IGNORED: _("Ignored"),
}
REASON_LABELS = {
    Reason.MULTIPLE_CANDIDATES: _("Several persons fit"),
    Reason.NAME_MISMATCH: _("The name is another"),
    Reason.LOW_CONFIDENCE: _("Not sure enough"),
    Reason.WEAK_MATCH_ONLY: _("Only a weak likeness"),
    Reason.NO_CANDIDATES: _("Nobody found"),
    Reason.MISSING_IDENTIFIERS: _("No identifiers"),
    Reason.LEAD_NOT_FOUND: _("The lead is gone"),
    Reason.ERROR: _("An error"),
}


class Cases(models.QuerySet["Case"]):
    """Says "cases …"."""

    def open(self) -> Self:
        """… that wait for evidence or a person."""
        return self.filter(state=CaseState.OPEN)


class Case(Evidence):
    """Why a lead is not linked: the last decision, its candidates, and what it was decided on.

    `shown` holds up to three candidates, the likeliest first:
    `{"person": key or None, "drivers": [driver_id…], "levels": […], "weights": […], "posterior": p}`.
    Evidence is that of the first of them.
    """

    lead = models.OneToOneField(
        Lead, models.CASCADE, primary_key=True, related_name="case", verbose_name=_("lead")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=list(CASE_STATE_LABELS.items()), default=CaseState.OPEN
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=[(o.value, o.value) for o in Outcome])
    reason = models.CharField(_("reason"), max_length=20, choices=list(REASON_LABELS.items()))
    shown = models.JSONField(_("candidates"), default=list)
    # The lead's inputs at the last decision: others are new evidence (I7c).
    inputs = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    tried_at = models.DateTimeField(_("last tried"), null=True)
    # A key of this lead came up, a verdict was given, or a person asked: try again (I7c).
    woken_at = models.DateTimeField(_("new evidence"), null=True)
    # After an error, not before; each doubles the wait (I6).
    errors = models.PositiveSmallIntegerField(_("errors"), default=0)
    retry_at = models.DateTimeField(_("not before"), null=True)
    error = models.CharField(_("error"), max_length=500, blank=True, default="")
    opened_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.UUIDField(_("closed by"), null=True)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")

    objects = Cases.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-lead"]
        constraints = [
            # An end has its moment, and only an end.
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, closed_at__isnull=True)
                | (~Q(state=CaseState.OPEN) & Q(closed_at__isnull=False)),
                name="case_closed_iff_ended",
            ),
            # The system closes too, but nobody does at no moment.
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | Q(closed_at__isnull=False),
                name="case_closed_has_moment",
            ),
        ]
        indexes = [
            # The inbox: open cases by reason.
            models.Index(fields=["outcome", "reason", "lead"], name="case_open", condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.reason}"


class Attempt(models.Model):
    """One try to link a lead, kept after its case is closed."""

    id = number_field()
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="attempts", verbose_name=_("lead"))
    via = models.CharField(_("by"), max_length=10, choices=[(v.value, v.value) for v in Via])
    outcome = models.CharField(_("outcome"), max_length=9, choices=[(o.value, o.value) for o in Outcome])
    reason = models.CharField(_("reason"), max_length=20, blank=True, choices=list(REASON_LABELS.items()))
    tried = ArrayField(models.SmallIntegerField(), verbose_name=_("rules tried"), default=list)
    posterior = models.FloatField(_("probability"), null=True)
    ruleset = models.CharField(_("ruleset"), max_length=RULESET_LENGTH, blank=True, default="")
    job = models.UUIDField(_("job"), null=True)
    tried_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-id"]
        # The commonest reason of a day (I15).
        indexes = [models.Index(fields=["tried_at", "reason"], name="attempt_of_day")]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.outcome}"


class Verdict(models.Model):
    """A named user's word that a lead is, or is not, a person or the owner of an account (I7c)."""

    id = number_field()
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="verdicts", verbose_name=_("lead"))
    kind = models.CharField(_("verdict"), max_length=11, choices=[(k.value, k.value) for k in VerdictKind])
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+", verbose_name=_("person"))
    driver = models.ForeignKey(Driver, models.CASCADE, null=True, related_name="+", verbose_name=_("driver"))
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"))
    # Words that were over with it or before it, the oldest first; said again when it is taken back (I9):
    # `{"id": …, "kind": …, "person": key or None, "driver": id or None, "note": …, "created_at": …,
    # "created_by": …}`.
    replaced = models.JSONField(default=list, db_default=[], editable=False)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-id"]
        constraints = [
            # About one of both.
            models.CheckConstraint(
                condition=Q(person__isnull=False, driver__isnull=True)
                | Q(person__isnull=True, driver__isnull=False),
                name="verdict_about_one",
            ),
            # The last word is the word; writers replace it.
            models.UniqueConstraint(
                fields=["lead", "person", "driver"], name="verdict_once", nulls_distinct=False
            ),
            # A lead must be one person at most.
            models.UniqueConstraint(
                fields=["lead"], name="verdict_one_must", condition=Q(kind=VerdictKind.MUST_LINK)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.kind}"
