"""What came of the runs: insights, which are only added, and the tasks of their recommendations."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from insights.models.fichas import FichaCliente
from insights.models.numbers import number_field
from insights.models.runs import Run
from insights.models.words import ENGINE_LABELS, RUN_STATE_LABELS, TASK_STATE_LABELS
from insights.rules import NAME_LENGTH, RunState, TaskState

INSIGHT_STATES = (RunState.COMPLETED, RunState.PARTIAL)


def _result(number: int) -> models.JSONField:
    label: Any = f"Q{number}"
    return models.JSONField(label, null=True)


class Insight(models.Model):
    """All ten results over a brand's whole history at one moment (N15); never changed, never replaced."""

    id = number_field()
    ficha = models.ForeignKey(
        FichaCliente, models.CASCADE, db_index=False, related_name="insights", verbose_name=_("brand")
    )
    # Null for what another system found and a bridge or a service brought (F11).
    run = models.OneToOneField(Run, models.RESTRICT, null=True, related_name="insight", verbose_name=_("run"))
    analysis_timestamp = models.DateTimeField(_("analysed"))
    analysis_status = models.CharField(
        _("state"),
        max_length=9,
        choices=[(state, RUN_STATE_LABELS[state]) for state in INSIGHT_STATES],
        default=RunState.COMPLETED,
    )
    total_posts_analyzed = models.PositiveIntegerField(_("posts"), default=0)
    total_comments_analyzed = models.PositiveIntegerField(_("comments"), default=0)
    engine = models.CharField(
        _("engine"), max_length=8, blank=True, default="", choices=list(ENGINE_LABELS.items())
    )
    model = models.CharField(_("model"), max_length=80, blank=True, default="")
    q1_result = _result(1)
    q2_result = _result(2)
    q3_result = _result(3)
    q4_result = _result(4)
    q5_result = _result(5)
    q6_result = _result(6)
    q7_result = _result(7)
    q8_result = _result(8)
    q9_result = _result(9)
    q10_result = _result(10)
    # What Q9 was asked with: the same tables cost nothing again (N8).
    q9_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("stored"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"), null=True)

    class Meta:
        verbose_name = _("insight")
        verbose_name_plural = _("insights")
        ordering = ["-analysis_timestamp", "-id"]
        constraints = [
            # No failed or skipped run has an insight (N14).
            models.CheckConstraint(
                condition=Q(analysis_status__in=list(INSIGHT_STATES)), name="insight_state_known"
            )
        ]
        # The newest one, and lists of a range.
        indexes = [models.Index(fields=["ficha", "-analysis_timestamp", "-id"], name="insight_newest")]

    def __str__(self) -> str:
        return f"{self.ficha_id} {self.analysis_timestamp}"


class Task(models.Model):
    """What a recommendation asks to be done in one of four weeks (N18)."""

    id = number_field()
    ficha = models.ForeignKey(
        FichaCliente, models.CASCADE, db_index=False, related_name="tasks", verbose_name=_("brand")
    )
    # The insight that recommended it last.
    insight = models.ForeignKey(Insight, models.RESTRICT, null=True, db_index=False, related_name="tasks")
    title = models.CharField(_("recommendation"), max_length=500)
    # The title as topics are compared; who recommends it again adds nothing.
    title_key = models.CharField(max_length=500, editable=False)
    description = models.TextField(_("description"), blank=True, default="")
    area = models.CharField(_("area"), max_length=NAME_LENGTH, blank=True, default="")
    urgency = models.CharField(_("urgency"), max_length=12, blank=True, default="")
    priority = models.FloatField(_("priority"), default=0)
    actions = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("actions"))
    evidence = models.JSONField(_("evidence"), default=list, blank=True)
    week = models.PositiveSmallIntegerField(_("week"))
    state = models.CharField(
        _("state"), max_length=9, choices=list(TASK_STATE_LABELS.items()), default=TaskState.PENDING
    )
    # No longer recommended, and nobody had begun.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now())
    changed_by = models.UUIDField(_("changed by"), null=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["week", "-priority", "id"]
        constraints = [
            # N18: the same recommendation is not added twice.
            models.UniqueConstraint(fields=["ficha", "title_key"], name="task_once"),
            # Four weeks, no fifth.
            models.CheckConstraint(condition=Q(week__gte=1, week__lte=4), name="task_week_known"),
            # A state that no board shows would hide the task.
            models.CheckConstraint(condition=Q(state__in=list(TaskState)), name="task_state_known"),
            # What somebody has begun or done is not taken away (N18).
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(state=TaskState.PENDING),
                name="task_withdrawn_is_pending",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskNote(models.Model):
    """What somebody wrote to a task; it keeps the task from being withdrawn (N18)."""

    id = number_field()
    task = models.ForeignKey(Task, models.CASCADE, related_name="notes", verbose_name=_("task"))
    text = models.TextField(_("note"))
    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("by"), null=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]
