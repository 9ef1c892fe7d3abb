"""Whose audience is heard: the brands ("ficha cliente") and the viewers bound to them."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from insights.models.numbers import number_field
from insights.models.words import PLATFORM_LABELS, SOURCE_LABELS
from insights.rules import MINIMUM_SAMPLE, NAME_LENGTH, SourceKind
from tenants.records.models import StoredFile

CRONTAB_LENGTH = 80


def _text(label: Any) -> models.TextField:
    return models.TextField(label, blank=True, default="")


def _list(label: Any) -> ArrayField:
    return ArrayField(models.CharField(max_length=NAME_LENGTH), verbose_name=label, blank=True, default=list)


class Fichas(models.QuerySet["FichaCliente"]):
    """Says "fichas …"."""

    def enabled(self) -> Self:
        """… that are analysed on their schedule."""
        return self.filter(is_enabled=True)

    def restamp(self) -> int:
        """… of which something was changed that a look shows; in the transaction that changes it."""
        return self.update(stamp=RandomUUID())


class FichaCliente(models.Model):
    """A brand: who it is, where its rows come from, when and how it is analysed."""

    id = number_field()
    brand_name = models.CharField(_("brand"), max_length=NAME_LENGTH)
    industry = models.CharField(_("industry"), max_length=NAME_LENGTH, blank=True, default="")
    country = models.CharField(_("country"), max_length=60, blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=40, default="America/Lima")
    language = models.CharField(_("language"), max_length=5, default="es")

    archetype = models.CharField(_("archetype"), max_length=NAME_LENGTH, blank=True, default="")
    tone_of_voice = _text(_("tone of voice"))
    target_audience = _text(_("target audience"))
    business_goal = _text(_("business goal"))
    content_pillars = _list(_("content pillars"))
    competitors = _list(_("competitors"))
    # {trait: 0-100}, the personality that the brand wants (Q2); empty when nobody said.
    target_profile = models.JSONField(_("target profile"), default=dict, blank=True)
    platforms = ArrayField(
        models.CharField(max_length=9, choices=list(PLATFORM_LABELS.items())),
        verbose_name=_("platforms"),
        default=list,
        blank=True,
    )

    source_kind = models.CharField(
        _("source"), max_length=8, choices=list(SOURCE_LABELS.items()), default=SourceKind.WORKBOOK
    )
    spreadsheet_id = models.CharField(_("Google Sheet id"), max_length=128, blank=True, default="")
    workbook = models.ForeignKey(
        StoredFile, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("workbook")
    )
    posts_tab = models.CharField(_("tab of posts"), max_length=100, default="Posts")
    comments_tab = models.CharField(_("tab of comments"), max_length=100, default="Comments")

    # Five words in the brand's own zone; a fixed offset of minutes is added when it is mirrored (N16).
    schedule = models.CharField(_("schedule"), max_length=CRONTAB_LENGTH, default="0 6 * * *")
    is_enabled = models.BooleanField(_("enabled"), default=True)
    # "" takes the setting.
    model = models.CharField(_("model"), max_length=80, blank=True, default="")
    budget_usd = models.DecimalField(
        _("monthly budget in USD"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    budget_tokens = models.PositiveBigIntegerField(_("monthly budget in tokens"), null=True, blank=True)
    minimum_sample = models.PositiveSmallIntegerField(
        _("minimum sample"), default=MINIMUM_SAMPLE, validators=[MinValueValidator(1)]
    )

    # The moment of the newest insight, and of the last look at the source (N7).
    last_analysis_timestamp = models.DateTimeField(_("last analysis"), null=True, editable=False)
    last_checked_at = models.DateTimeField(_("last check"), null=True, editable=False)
    # The whole answer of the last read that was stored to its end (N1); "" reads all again.
    answer_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    # The zone of the newest read: comments without an id are known again by it in another one (N4, N6).
    read_zone = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    # Zones of reads before: comments may stand in them that the source has lost since, or that a read which
    # broke down did not come to.
    other_zones = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True, editable=False
    )
    # When somebody was told that nothing was checked for too long (N17).
    stale_told_at = models.DateTimeField(null=True, editable=False)
    # Another one whenever posts, comments, labels or insights change: a look that was kept shows what was
    # true under one stamp. Random, since a number comes again with a restored backup.
    stamp = models.UUIDField(db_default=RandomUUID(), editable=False)
    has_samples = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True, editable=False)

    objects = Fichas.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["brand_name", "id"]
        constraints = [
            # A budget below nothing would stop every run without a word (N12).
            models.CheckConstraint(
                condition=Q(budget_usd__isnull=True) | Q(budget_usd__gte=0), name="ficha_budget_not_negative"
            ),
            # Of no comment nothing follows.
            models.CheckConstraint(condition=Q(minimum_sample__gte=1), name="ficha_sample_positive"),
            # A source that no reader knows would never be read.
            models.CheckConstraint(condition=Q(source_kind__in=list(SourceKind)), name="ficha_source_known"),
            # An insight comes of a check: the one cannot be newer than the other's first.
            models.CheckConstraint(
                condition=Q(last_analysis_timestamp__isnull=True) | Q(last_checked_at__isnull=False),
                name="ficha_analysed_is_checked",
            ),
        ]

    def __str__(self) -> str:
        return self.brand_name

    @property
    def zones_left(self) -> list[str]:
        """The zones but its own that comments may stand in, newest first."""
        zones = dict.fromkeys([self.read_zone, *self.other_zones])
        return [zone for zone in zones if zone and zone != self.timezone]


class FichaViewer(models.Model):
    """A viewer bound to a brand. Who is bound to none sees all of the tenant's."""

    id = number_field()
    ficha = models.ForeignKey(
        FichaCliente, models.CASCADE, db_index=False, related_name="viewers", verbose_name=_("brand")
    )
    # A member's id, without a constraint: people live in the shared schema (S1).
    member = models.UUIDField(_("viewer"))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)

    class Meta:
        verbose_name = _("viewer of a brand")
        verbose_name_plural = _("viewers of brands")
        constraints = [
            # Asked by the member at every request; bound twice is bound.
            models.UniqueConstraint(fields=["member", "ficha"], name="ficha_viewer_once")
        ]
        # Who sees this brand? And the rows that go with it.
        indexes = [models.Index(fields=["ficha"], name="ficha_viewer_of_ficha")]

    def __str__(self) -> str:
        # Lists know the name; people live in the shared schema (S1).
        return f"{getattr(self, 'name', None) or self.member} · {self.ficha}"
