"""The rules of classification as a tenant keeps them."""

from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personas.models.numbers import number_field
from personas.rules import CODE_PATTERN, KEYWORD_LENGTH, Effect, Match

COLOR = r"#[0-9a-fA-F]{6}"
MATCH_LABELS = {Match.EXACT: _("exact title"), Match.PHRASE: _("phrase")}
EFFECT_LABELS = {Effect.INCLUDE: _("include"), Effect.EXCLUDE: _("exclude")}
# Folding case and accents turns one letter into at most three (ﬃ → ffi).
GROWTH = 3


class Persona(models.Model):
    """A kind of buyer. The lower the priority, the sooner it wins (P3)."""

    id = number_field()
    code = models.CharField(
        _("code"), max_length=60, unique=True, validators=[RegexValidator(rf"^(?:{CODE_PATTERN})\Z")]
    )
    name = models.CharField(_("name"), max_length=80)
    priority = models.PositiveIntegerField(_("priority"), validators=[MinValueValidator(1)])
    color = models.CharField(
        _("colour"), max_length=7, default="#64748b", validators=[RegexValidator(rf"^{COLOR}\Z")]
    )
    description = models.CharField(_("description"), max_length=1000, blank=True, default="")
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["priority"]
        constraints = [
            # Deferrable to the statement's end, so that one UPDATE may swap priorities.
            models.UniqueConstraint(
                fields=["priority"], name="persona_priority_once", deferrable=models.Deferrable.IMMEDIATE
            ),
            # What matches nothing goes to one place.
            models.UniqueConstraint(
                fields=["is_default"], name="persona_one_default", condition=models.Q(is_default=True)
            ),
            # 0 would outrank "1 wins" without anybody having said so.
            models.CheckConstraint(condition=models.Q(priority__gte=1), name="persona_priority_positive"),
            # Codes stand in addresses and in other systems.
            models.CheckConstraint(
                condition=models.Q(code__regex=rf"^(?:{CODE_PATTERN})$"), name="persona_code_is_slug"
            ),
            # Colours go into SVG attributes as they are.
            models.CheckConstraint(
                condition=models.Q(color__regex=rf"^{COLOR}$"), name="persona_color_is_hex"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Keywords(models.QuerySet["Keyword"]):
    """Says "keywords …"."""

    def including(self) -> Self:
        """… that bring titles to their persona."""
        return self.filter(effect=Effect.INCLUDE)


class Keyword(models.Model):
    """A text that brings titles to a persona, or keeps them from it (P2, P4)."""

    id = number_field()
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="keywords", verbose_name=_("persona"))
    text = models.CharField(_("text"), max_length=KEYWORD_LENGTH)
    normalized = models.CharField(_("normalised"), max_length=GROWTH * KEYWORD_LENGTH, editable=False)
    match = models.CharField(
        _("match"), max_length=6, choices=list(MATCH_LABELS.items()), default=Match.EXACT
    )
    effect = models.CharField(
        _("effect"), max_length=7, choices=list(EFFECT_LABELS.items()), default=Effect.INCLUDE
    )

    objects = Keywords.as_manager()

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        ordering = ["normalized", "id"]
        constraints = [
            # Two personas cannot both win by the same words, whatever the match (P9).
            models.UniqueConstraint(
                fields=["normalized"], name="keyword_include_once", condition=models.Q(effect=Effect.INCLUDE)
            ),
            # One exclusion of a persona is enough (P9).
            models.UniqueConstraint(
                fields=["persona", "normalized"],
                name="keyword_exclude_once",
                condition=models.Q(effect=Effect.EXCLUDE),
            ),
            # An empty phrase would stand in every title.
            models.CheckConstraint(condition=~models.Q(normalized=""), name="keyword_says_something"),
            # Unknown words would make the classifier fail for the whole tenant.
            models.CheckConstraint(
                condition=models.Q(match__in=list(Match), effect__in=list(Effect)), name="keyword_words_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RulesetRevision(models.Model):
    """The one row whose number grows in the transaction of every rule change (P6)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.BigIntegerField(default=0)
    # New with every change: a number that was rolled back comes again with other rules behind it.
    stamp = models.UUIDField(db_default=RandomUUID())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # A second row would be a second truth.
            models.CheckConstraint(condition=models.Q(id=1), name="ruleset_revision_single")
        ]

    def __str__(self) -> str:
        return str(self.number)
