"""What is said: scripts and their immutable versions."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.models.numbers import number_field
from campaigns.models.words import SCRIPT_STATE_LABELS, USE_CASE_LABELS
from campaigns.rules import NAME_LENGTH, ScriptState


class Script(models.Model):
    """A text by a name, for a country and a use case; what it says stands in its versions."""

    id = number_field()
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    country = models.CharField(_("country"), max_length=2, default="CL")
    use_case = models.CharField(_("use case"), max_length=10, choices=list(USE_CASE_LABELS.items()))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)
    archived_at = models.DateTimeField(_("archived"), null=True)

    class Meta:
        verbose_name = _("script")
        verbose_name_plural = _("scripts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ScriptVersion(models.Model):
    """What a script says from then on: text, declared variables and the provider's agent that speaks it.

    `variables`: `{name: {"type": "text|money|date|number", "required": bool, "default": text?}}`.
    """

    id = number_field()
    script = models.ForeignKey(
        Script, models.PROTECT, db_index=False, related_name="versions", verbose_name=_("script")
    )
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    variables = models.JSONField(_("variables"), default=dict)
    # The provider's agent, and its version; empty: the provider's default agent speaks.
    agent_id = models.CharField(_("agent"), max_length=80, blank=True, default="")
    agent_version = models.CharField(_("agent's version"), max_length=40, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=8, choices=list(SCRIPT_STATE_LABELS.items()), default=ScriptState.DRAFT
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("created by"), null=True)
    approved_at = models.DateTimeField(_("approved"), null=True)
    approved_by = models.UUIDField(_("approved by"), null=True)

    class Meta:
        verbose_name = _("version of a script")
        verbose_name_plural = _("versions of scripts")
        ordering = ["script", "-number"]
        constraints = [
            # Versions are counted.
            models.UniqueConstraint(fields=["script", "number"], name="script_version_once"),
            # What was approved says when; a draft has not been.
            models.CheckConstraint(
                condition=Q(state=ScriptState.DRAFT, approved_at__isnull=True)
                | Q(state=ScriptState.APPROVED, approved_at__isnull=False)
                | Q(state=ScriptState.RETIRED),
                name="script_version_approved_has_moment",
            ),
            # Nobody approves at no moment.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(approved_at__isnull=False),
                name="script_version_approver_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.script_id} v{self.number}"
