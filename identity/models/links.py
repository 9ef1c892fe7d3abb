"""Which person a lead, a registration or an account is, on what evidence, and where a person came from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models.numbers import number_field
from identity.models.persons import Person
from identity.rules import (
    ORIGIN_KINDS,
    SOURCE_PK_LENGTH,
    Confidence,
    DecidedBy,
    MatchRule,
    OriginStatus,
    Source,
    Via,
)

RULESET_LENGTH = 100


class Evidence(models.Model):
    """What spoke for a decision, in small arrays (I7b): what every rule said, and the weights that sum up.

    `tried` holds one verdict for each of `rules.TRIED_RULES`, `levels` and `weights` one number for each of
    `matching.comparing.Field`; a weight is a hundredth of a bit.
    """

    tried = ArrayField(models.SmallIntegerField(), verbose_name=_("rules tried"), default=list)
    levels = ArrayField(models.SmallIntegerField(), verbose_name=_("levels"), default=list)
    weights = ArrayField(models.SmallIntegerField(), verbose_name=_("weights"), default=list)
    candidates = models.PositiveSmallIntegerField(_("candidates"), default=0)
    # Bits to the next person; none without one.
    gap = models.FloatField(_("gap"), null=True)
    posterior = models.FloatField(_("probability"), null=True)
    # Rules, model and settings that decided.
    ruleset = models.CharField(_("ruleset"), max_length=RULESET_LENGTH, blank=True, default="")

    class Meta:
        abstract = True


class Link(Evidence):
    """(source, source_pk) belongs to this person. Automation never overwrites one (I9)."""

    id = number_field()
    source = models.CharField(_("source"), max_length=20, choices=[(s.value, s.value) for s in Source])
    source_pk = models.CharField(_("key there"), max_length=SOURCE_PK_LENGTH, db_collation="C")
    person = models.ForeignKey(Person, models.PROTECT, related_name="links", verbose_name=_("person"))
    rule = models.CharField(_("rule"), max_length=32, choices=[(r.value, r.value) for r in MatchRule])
    score = models.PositiveSmallIntegerField(_("score"))
    confidence = models.CharField(
        _("confidence"), max_length=6, choices=[(c.value, c.value) for c in Confidence]
    )
    is_corroborated = models.BooleanField(_("corroborated"), default=False)
    via = models.CharField(_("made by"), max_length=10, choices=[(v.value, v.value) for v in Via])
    job = models.UUIDField(_("job"), null=True)
    linked_at = models.DateTimeField(_("linked"), db_default=Now(), editable=False)
    linked_by = models.UUIDField(_("linked by"), null=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-linked_at", "-id"]
        constraints = [
            # One person each; whoever comes second at the same moment writes nothing (I8).
            models.UniqueConstraint(fields=["source", "source_pk"], name="link_once")
        ]
        indexes = [
            # What came lately (I17).
            models.Index(fields=["-linked_at"], name="link_newest")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_pk}"


class Origin(models.Model):
    """Where a person came from: exactly one, of the strongest kind, its earliest link."""

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="origin", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=[(k.value, k.value) for k in ORIGIN_KINDS])
    source_pk = models.CharField(_("key there"), max_length=SOURCE_PK_LENGTH, db_collation="C")
    status = models.CharField(_("status"), max_length=15, choices=[(s.value, s.value) for s in OriginStatus])
    reason = models.CharField(_("reason"), max_length=60, blank=True, default="")
    decided_by = models.CharField(
        _("decided by"), max_length=6, choices=[(d.value, d.value) for d in DecidedBy]
    )
    changed_at = models.DateTimeField(_("changed"), db_default=Now())
    changed_by = models.UUIDField(_("changed by"), null=True)

    class Meta:
        verbose_name = _("origin")
        verbose_name_plural = _("origins")
        ordering = ["-changed_at"]
        # Whose origin is this lead?
        indexes = [models.Index(fields=["kind", "source_pk"], name="origin_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_pk}"


class OriginChange(models.Model):
    """An origin as it was before it changed."""

    id = number_field()
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="origin_changes", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=20)
    source_pk = models.CharField(_("key there"), max_length=SOURCE_PK_LENGTH, db_collation="C")
    status = models.CharField(_("status"), max_length=15)
    reason = models.CharField(_("reason"), max_length=60, blank=True, default="")
    decided_by = models.CharField(_("decided by"), max_length=6)
    replaced_at = models.DateTimeField(_("until"), db_default=Now(), editable=False)
    replaced_by = models.UUIDField(_("replaced by"), null=True)

    class Meta:
        verbose_name = _("former origin")
        verbose_name_plural = _("former origins")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_pk}"
