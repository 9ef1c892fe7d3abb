"""One list of changes is preview, audit trail, resume point and undo of a reclassification (R1–R8)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models.contacts import Contact, JobTitle
from personas.models.numbers import number_field
from personas.models.rulesets import Persona
from personas.rules import KEYWORD_LENGTH, Outcome, ReclassificationType

TYPE_LABELS = {
    ReclassificationType.ALL: _("All contacts"),
    ReclassificationType.BY_KEYWORD: _("By keyword"),
    ReclassificationType.BY_PERSONA: _("By persona"),
    ReclassificationType.AFFECTED: _("Affected by keywords"),
    ReclassificationType.UNDO: _("Undo"),
}


class Reclassifications(models.QuerySet["Reclassification"]):
    """Says "reclassifications …"."""

    def real(self) -> Self:
        """… that write contacts."""
        return self.filter(dry_run=False)


class Reclassification(models.Model):
    """What a reclassification job was asked for, and the rules it keeps to from its first moment (R2)."""

    id = number_field()
    job = models.UUIDField(_("job"), unique=True)
    type = models.CharField(_("type"), max_length=10, choices=list(TYPE_LABELS.items()))
    params = models.JSONField(_("parameters"), default=dict)
    dry_run = models.BooleanField(_("dry run"), default=True)
    revision = models.BigIntegerField(_("ruleset revision"), default=0)
    # Personas and keywords as the first attempt found them: a resumed one decides by the same (R2), and
    # history can name what was deleted since. Empty until the work begins.
    rules = models.JSONField(default=dict)
    # A list is applied once: its second job would find every contact changed.
    preview = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="applied_by", verbose_name=_("preview")
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = Reclassifications.as_manager()

    class Meta:
        verbose_name = _("reclassification")
        verbose_name_plural = _("reclassifications")
        ordering = ["-id"]
        constraints = [
            # A type that no code knows would never end.
            models.CheckConstraint(
                condition=Q(type__in=list(ReclassificationType)), name="reclassification_type_known"
            ),
            # Applying and undoing write; they are never dry runs.
            models.CheckConstraint(
                condition=Q(preview__isnull=True, undoes__isnull=True) | Q(dry_run=False),
                name="reclassification_applies_for_real",
            ),
            # Only an undo undoes (R8). One that stopped before it wrote anything lets go of what it was for.
            models.CheckConstraint(
                condition=Q(undoes__isnull=True) | Q(type=ReclassificationType.UNDO),
                name="reclassification_only_undo_undoes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.job}"

    @property
    def list_id(self) -> int:
        """Return whose list it applies: its preview's, else its own."""
        return self.preview_id or self.id


class TitleDecision(models.Model):
    """What a reclassification's rules say of one distinct title, so that each is classified once (R5)."""

    pk = models.CompositePrimaryKey("of_id", "title_id")
    # No constraints here and in the list: each would check every row, which costs more than to write it.
    of = models.ForeignKey(
        Reclassification, models.CASCADE, db_constraint=False, db_index=False, related_name="decisions"
    )
    title = models.ForeignKey(
        JobTitle, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    persona = models.BigIntegerField()
    keyword = models.BigIntegerField(null=True)
    keyword_text = models.CharField(max_length=KEYWORD_LENGTH, blank=True, default="")

    class Meta:
        verbose_name = _("title decision")
        verbose_name_plural = _("title decisions")

    def __str__(self) -> str:
        return f"{self.title_id} → {self.persona}"


class ListedChange(models.Model):
    """A contact whose persona a reclassification would change, or has changed once its chunk is applied.

    Personas and keywords are ids, named by the reclassification's `rules`. Read in the order of contacts,
    which is the order of chunks: no other index is needed, so a row costs one.
    """

    pk = models.CompositePrimaryKey("of_id", "contact_id")
    of = models.ForeignKey(
        Reclassification, models.CASCADE, db_constraint=False, db_index=False, related_name="changes"
    )
    # Who deletes a contact deletes its changes.
    contact = models.ForeignKey(
        Contact, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    # None: the contact's title had no normalised copy.
    title = models.BigIntegerField(null=True)
    old = models.BigIntegerField()
    old_keyword = models.BigIntegerField(null=True)
    old_keyword_text = models.CharField(max_length=KEYWORD_LENGTH, blank=True, default="")
    new = models.BigIntegerField()
    keyword = models.BigIntegerField(null=True)
    keyword_text = models.CharField(max_length=KEYWORD_LENGTH, blank=True, default="")
    outcome = models.PositiveSmallIntegerField(default=Outcome.LISTED)

    class Meta:
        verbose_name = _("listed change")
        verbose_name_plural = _("listed changes")
        constraints = [
            # What changes nothing is not listed.
            models.CheckConstraint(condition=~Q(old=F("new")), name="listed_change_changes"),
            # An outcome that no code knows would be history or not, by chance.
            models.CheckConstraint(
                condition=Q(outcome__in=list(Outcome)), name="listed_change_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.old} → {self.new}"


class AppliedChunk(models.Model):
    """A committed part of a list: contacts after `after` up to `upto`. Listed ones in it are history (R8)."""

    id = number_field()
    by = models.ForeignKey(Reclassification, models.CASCADE, related_name="chunks")
    list = models.ForeignKey(Reclassification, models.CASCADE, db_index=False, related_name="+")
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("applied chunk")
        verbose_name_plural = _("applied chunks")
        constraints = [
            # A chunk that runs again after a kill cannot be history twice (J6).
            models.UniqueConstraint(fields=["list", "after"], name="applied_chunk_once"),
            # A chunk holds something.
            models.CheckConstraint(condition=Q(upto__gt=F("after")), name="applied_chunk_goes_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.after} – {self.upto}"


class PersonaDay(models.Model):
    """How many contacts a persona gained and lost in a day; their sums are its contacts."""

    id = number_field()
    persona = models.ForeignKey(Persona, models.CASCADE, db_index=False, related_name="days")
    on = models.DateField(_("day"))
    gained = models.PositiveIntegerField(_("gained"), default=0)
    lost = models.PositiveIntegerField(_("lost"), default=0)

    class Meta:
        verbose_name = _("persona day")
        verbose_name_plural = _("persona days")
        constraints = [
            # Two rows would count a day twice.
            models.UniqueConstraint(fields=["persona", "on"], name="persona_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.persona_id} {self.on}: +{self.gained} −{self.lost}"
