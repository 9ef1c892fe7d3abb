"""What was published and what people said to it; nothing is ever deleted (N6)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from insights.models.fichas import FichaCliente
from insights.models.labels import Label
from insights.models.numbers import number_field
from insights.models.runs import Run
from insights.models.words import PLATFORM_LABELS
from insights.rules import NAME_LENGTH, URL_LENGTH, Platform


class Counters(models.Model):
    """What a platform counts of a post; null where the source says nothing (N5)."""

    likes = models.BigIntegerField(_("likes"), null=True)
    comments_count = models.BigIntegerField(_("comments"), null=True)
    shares = models.BigIntegerField(_("shares"), null=True)
    views = models.BigIntegerField(_("views"), null=True)

    class Meta:
        abstract = True


class Post(Counters):
    """One post of a brand, known by its canonical address (N4)."""

    id = number_field()
    ficha = models.ForeignKey(
        FichaCliente, models.CASCADE, db_index=False, related_name="posts", verbose_name=_("brand")
    )
    url = models.CharField(_("address"), max_length=URL_LENGTH, db_collation="C")
    platform = models.CharField(_("platform"), max_length=9, choices=list(PLATFORM_LABELS.items()))
    created_at = models.DateTimeField(_("published"))
    content = models.TextField(_("text"), blank=True, default="")
    source_row = models.PositiveIntegerField(_("row"))
    missing_in_source = models.BooleanField(_("no longer in the source"), default=False)
    first_seen_at = models.DateTimeField(_("first seen"), db_default=Now(), editable=False)
    first_run = models.ForeignKey(Run, models.RESTRICT, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-created_at", "-id"]
        constraints = [
            # N4: a post is one post, however its address is written.
            models.UniqueConstraint(fields=["ficha", "url"], name="post_once"),
            # A platform that no filter offers would hide its comments.
            models.CheckConstraint(condition=Q(platform__in=list(Platform)), name="post_platform_known"),
        ]
        # Lists, newest first, and the views by the post's date (Q11-Q15).
        indexes = [models.Index(fields=["ficha", "-created_at", "-id"], name="post_newest")]

    def __str__(self) -> str:
        return self.url


class CounterSnapshot(Counters):
    """What a post's counters were when a run saw them change, and its text if that did (N6)."""

    id = number_field()
    post = models.ForeignKey(
        Post, models.CASCADE, db_index=False, related_name="snapshots", verbose_name=_("post")
    )
    run = models.ForeignKey(Run, models.RESTRICT, db_index=False, related_name="+", verbose_name=_("run"))
    # Null: as before.
    content = models.TextField(_("text"), null=True)  # noqa: DJ001 - "" is a text that was taken away
    taken_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("snapshot of counters")
        verbose_name_plural = _("snapshots of counters")
        ordering = ["-id"]
        constraints = [
            # A run that is taken up again after a kill writes what it saw once (J6).
            models.UniqueConstraint(fields=["post", "run"], name="counter_snapshot_once")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.taken_at}"


class Comment(models.Model):
    """What somebody said to a post; `label` is what it means, of its present text."""

    id = number_field()
    # The post's, repeated here: every view asks by brand, platform and date of 100,000 comments at once.
    ficha = models.ForeignKey(FichaCliente, models.CASCADE, db_index=False, related_name="comments")
    platform = models.CharField(_("platform"), max_length=9, choices=list(PLATFORM_LABELS.items()))
    post = models.ForeignKey(
        Post, models.CASCADE, db_index=False, related_name="comments", verbose_name=_("post")
    )
    comment_id = models.CharField(_("id there"), max_length=NAME_LENGTH, blank=True, default="")
    author = models.CharField(_("author"), max_length=NAME_LENGTH, blank=True, default="")
    created_at = models.DateTimeField(_("written"))
    text = models.TextField(_("text"))
    likes = models.BigIntegerField(_("likes"), null=True)

    # N4: the id there, or post, author, moment and text; digests, since a text is too long for an index.
    identity = models.UUIDField(editable=False)
    # Post, author and moment: where an edited text without an id is looked for (N6).
    spot = models.UUIDField(editable=False)
    text_hash = models.CharField(max_length=64, editable=False, db_collation="C")

    # In force: an engine's or a person's (a person's wins). Null until labelled in this text.
    label = models.ForeignKey(
        Label, models.PROTECT, null=True, db_index=False, related_name="comments", verbose_name=_("label")
    )
    # Why an engine gave it up, or that it was erased; such a comment is not pending (N8, S19).
    unlabelled_because = models.CharField(_("not labelled because"), max_length=40, blank=True, default="")
    source_row = models.PositiveIntegerField(_("row"))
    missing_in_source = models.BooleanField(_("no longer in the source"), default=False)
    first_seen_at = models.DateTimeField(_("first seen"), db_default=Now(), editable=False)
    first_run = models.ForeignKey(Run, models.RESTRICT, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at", "-id"]
        constraints = [
            # N4: exact repeats are one comment, on every run.
            models.UniqueConstraint(fields=["ficha", "identity"], name="comment_once"),
            # N5: blank comments are not stored.
            models.CheckConstraint(condition=~Q(text=""), name="comment_not_blank"),
            # What is labelled was not given up.
            models.CheckConstraint(
                condition=Q(label__isnull=True) | Q(unlabelled_because=""), name="comment_label_or_reason"
            ),
        ]
        indexes = [
            # Every view: a brand's comments in a range of dates, and lists of them.
            models.Index(fields=["ficha", "-created_at", "-id"], name="comment_newest"),
            # A post's comments.
            models.Index(fields=["post"], name="comment_of_post"),
            # What a run still has to label; small, since labelled ones leave it (N7).
            models.Index(
                fields=["ficha", "text_hash"],
                name="comment_pending",
                condition=Q(label__isnull=True, unlabelled_because=""),
            ),
            # What did this run bring (`run=` of the live view)?
            models.Index(fields=["first_run"], name="comment_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"


class CommentVersion(models.Model):
    """A text that a comment had before it was edited, and what it meant then (N6)."""

    id = number_field()
    comment = models.ForeignKey(
        Comment, models.CASCADE, db_index=False, related_name="versions", verbose_name=_("comment")
    )
    text = models.TextField(_("text"))
    label = models.ForeignKey(Label, models.PROTECT, null=True, db_index=False, related_name="+")
    run = models.ForeignKey(Run, models.RESTRICT, db_index=False, related_name="+", verbose_name=_("run"))
    replaced_at = models.DateTimeField(_("replaced"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")
        ordering = ["-id"]
        constraints = [
            # One run sees one change of a comment, however often it is taken up (J6).
            models.UniqueConstraint(fields=["comment", "run"], name="comment_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.replaced_at}"
