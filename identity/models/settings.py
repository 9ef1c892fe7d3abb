"""A tenant's own numbers: thresholds, what milestones are worth, and the model of weights in force."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.models.numbers import number_field
from identity.rules import CLEAR_GAP, DIFFERENT, MILESTONES, SIMILAR

_SHARE = (MinValueValidator(0.0), MaxValueValidator(1.0))


def shipped_milestones() -> list[dict[str, object]]:
    """Return the milestones a tenant begins with: code, trips, amount; ascending, cumulative."""
    return [{"code": code, "trips": trips, "amount": amount} for code, trips, amount in MILESTONES]


class MatchingModel(models.Model):
    """A fitted model of weights (I7b). One is in force at most; without one the shipped model is."""

    id = number_field()
    version = models.CharField(_("version"), max_length=60, unique=True)
    parameters = models.JSONField(_("parameters"))
    is_active = models.BooleanField(_("in force"), default=False)
    # Points that a model must hold and this one does not; it cannot be put in force.
    missed = models.JSONField(_("missed points"), default=list)
    fitted_at = models.DateTimeField(_("fitted"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("matching model")
        verbose_name_plural = _("matching models")
        ordering = ["-id"]
        constraints = [
            # Two models in force would decide one lead two ways.
            models.UniqueConstraint(
                fields=["is_active"], name="matching_model_one_active", condition=Q(is_active=True)
            ),
            # I7b: a fitted model that misses a point is not activated.
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(missed=[]), name="matching_model_active_holds_points"
            ),
        ]

    def __str__(self) -> str:
        return self.version


class IdentitySettings(models.Model):
    """The one row of settings; views read it too."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mode = models.CharField(
        _("matching"), max_length=6, choices=[("rules", _("rules")), ("scored", _("scored"))], default="rules"
    )
    similar = models.FloatField(_("similar from"), default=SIMILAR, validators=_SHARE)
    clear_gap = models.FloatField(_("clear gap"), default=CLEAR_GAP, validators=_SHARE)
    different = models.FloatField(_("different below"), default=DIFFERENT, validators=_SHARE)
    currency = models.CharField(_("currency"), max_length=3, default="PEN")
    milestones = models.JSONField(_("milestones"), default=shipped_milestones)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.UUIDField(_("changed by"), null=True)

    class Meta:
        verbose_name = _("identity settings")
        verbose_name_plural = _("identity settings")
        # One row, or two answers.
        constraints = [models.CheckConstraint(condition=Q(id=1), name="identity_settings_one")]

    def __str__(self) -> str:
        return str(_("identity settings"))
