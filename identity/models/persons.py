"""Real persons, what they are known by, and how two became one or one became two (I9)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models.names import NameWords, words_index
from identity.models.numbers import number_field
from identity.models.sightings import KEY_LENGTH
from identity.rules import NAME_LENGTH, Confidence, IdentifierKind
from tenants.models import new_id


class Person(models.Model):
    """A person, or with a successor the tombstone of one. Links, origin and claims hang on it."""

    key = models.UUIDField(_("key"), primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=3 * NAME_LENGTH + 2, blank=True, default="")
    confidence = models.CharField(
        _("confidence"), max_length=6, choices=[(c.value, c.value) for c in Confidence]
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="merged",
        db_index=False,
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["-key"]
        constraints = [
            # Following successors must end.
            models.CheckConstraint(condition=~Q(merged_into=F("key")), name="person_not_own_successor")
        ]
        indexes = [
            # Whose successor? Few are tombstones, and every link that makes a person would write here.
            models.Index(
                fields=["merged_into"], name="person_merged", condition=Q(merged_into__isnull=False)
            ),
            # Who is called so?
            words_index(NameWords("name"), "person_words"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.key)


class Identifier(models.Model):
    """Something a person is known by, in its normal form (I1); phones may be shared.

    Sole, with one holder: document and licence of a linked account, and what a user confirmed.
    """

    id = number_field()
    # Looked up by `identifier_once`, which begins with it.
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="identifiers", db_index=False, verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=[(k.value, k.value) for k in IdentifierKind])
    value = models.CharField(_("value"), max_length=KEY_LENGTH, db_collation="C")
    is_sole = models.BooleanField(_("one holder"), default=False)
    created_at = models.DateTimeField(_("known since"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("confirmed by"), null=True)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        ordering = ["kind", "value"]
        constraints = [
            # Whoever links at the same moment: one holder (I8).
            models.UniqueConstraint(
                fields=["kind", "value"], name="identifier_sole", condition=Q(is_sole=True)
            ),
            # Twice the same says nothing new.
            models.UniqueConstraint(fields=["person", "kind", "value"], name="identifier_once"),
            # What is absent identifies nobody.
            models.CheckConstraint(condition=~Q(value=""), name="identifier_has_value"),
        ]
        # Which persons hold this key?
        indexes = [models.Index(fields=["kind", "value"], name="identifier_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class PersonChange(models.Model):
    """A merge or a split: who stayed, who went, and every row that moved, so that it can be taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    verb = models.CharField(_("what"), max_length=5, choices=[("merge", _("merge")), ("split", _("split"))])
    kept = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("kept"))
    other = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("other"))
    # Ids by table, and what they held before.
    moved = models.JSONField(_("moved"), default=dict)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.UUIDField(_("undone by"), null=True)

    class Meta:
        verbose_name = _("merge or split")
        verbose_name_plural = _("merges and splits")
        ordering = ["-id"]
        constraints = [
            # Nobody takes back at no moment.
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True) | Q(undone_at__isnull=False),
                name="person_change_undone_has_moment",
            )
        ]
        indexes = [
            # A person's history, from either side.
            models.Index(fields=["kept", "-id"], name="person_change_kept"),
            # The same from the other side.
            models.Index(fields=["other", "-id"], name="person_change_other"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.kept_id} {self.other_id}"


class MergeProposal(models.Model):
    """Two persons that a lead's phone and licence point at: a person decides (I9)."""

    id = number_field()
    one = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    other = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("other person"))
    source_pk = models.CharField(_("lead"), max_length=120, db_collation="C")
    created_at = models.DateTimeField(_("proposed"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.UUIDField(_("closed by"), null=True)
    is_accepted = models.BooleanField(_("accepted"), null=True)

    class Meta:
        verbose_name = _("merge proposal")
        verbose_name_plural = _("merge proposals")
        ordering = ["-id"]
        constraints = [
            # Asked once; a refused one is not asked again. Writers put the smaller key first.
            models.UniqueConstraint(fields=["one", "other"], name="merge_proposal_once"),
            # Else the pair could be asked twice.
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="merge_proposal_ordered"),
            # An answer has its moment.
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, is_accepted__isnull=True)
                | Q(closed_at__isnull=False, is_accepted__isnull=False),
                name="merge_proposal_closed_iff_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} = {self.other_id}?"
