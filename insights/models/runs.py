"""One look at a brand's source: what was read, what it cost, what became of each module (N13-N15)."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from insights.models.fichas import FichaCliente
from insights.models.numbers import number_field
from insights.models.words import ENGINE_LABELS, ROW_CODE_LABELS, RUN_STATE_LABELS, TAB_LABELS, TRIGGER_LABELS
from insights.rules import LIVE_RUNS, RunState, Trigger


def count_field(label: Any) -> models.PositiveIntegerField:
    """Return a counter that begins at nothing."""
    return models.PositiveIntegerField(label, default=0)


class Runs(models.QuerySet["Run"]):
    """Says "runs …"."""

    def live(self) -> Self:
        """… that wait or work."""
        return self.filter(state__in=LIVE_RUNS)


class Run(models.Model):
    """An analysis of one brand, from the read to the insight."""

    id = number_field()
    ficha = models.ForeignKey(
        FichaCliente, models.CASCADE, db_index=False, related_name="runs", verbose_name=_("brand")
    )
    state = models.CharField(
        _("state"), max_length=9, choices=list(RUN_STATE_LABELS.items()), default=RunState.QUEUED
    )
    trigger = models.CharField(
        _("asked by"), max_length=8, choices=list(TRIGGER_LABELS.items()), default=Trigger.SCHEDULE
    )
    # Also without news (N16).
    is_forced = models.BooleanField(_("forced"), default=False)
    job = models.UUIDField(_("job"), null=True)
    created_at = models.DateTimeField(_("asked for"), db_default=Now(), editable=False)
    created_by = models.UUIDField(_("asked for by"), null=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    # The whole answer's digest; an unchanged one was read by `same_as`, whose row reports hold (N1).
    answer_hash = models.CharField(max_length=64, blank=True, default="")
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, db_index=False, related_name="+")
    posts_read = count_field(_("posts read"))
    posts_accepted = count_field(_("posts accepted"))
    comments_read = count_field(_("comments read"))
    comments_accepted = count_field(_("comments accepted"))
    rows_blank = count_field(_("blank rows"))
    rows_repeated = count_field(_("repeated rows"))
    rows_rejected = count_field(_("rows rejected"))
    posts_new = count_field(_("new posts"))
    posts_changed = count_field(_("changed posts"))
    comments_new = count_field(_("new comments"))
    comments_edited = count_field(_("edited comments"))
    rows_vanished = count_field(_("vanished rows"))

    labelled = count_field(_("labelled"))
    reused = count_field(_("labels reused"))
    given_up = count_field(_("not labelled"))
    # Left for the next run: a budget, a stop (N12).
    pending = count_field(_("pending"))
    # Of the small sample that was asked twice (N8).
    asked_twice = count_field(_("asked twice"))
    agreed = count_field(_("agreed"))

    engine = models.CharField(
        _("engine"), max_length=8, blank=True, default="", choices=list(ENGINE_LABELS.items())
    )
    model = models.CharField(_("model"), max_length=80, blank=True, default="")
    prompt_version = models.CharField(_("prompt"), max_length=64, blank=True, default="")
    calls = count_field(_("calls"))
    calls_failed = count_field(_("failed calls"))
    tokens_in = models.PositiveBigIntegerField(_("tokens in"), default=0)
    tokens_cached = models.PositiveBigIntegerField(_("of them cached"), default=0)
    tokens_out = models.PositiveBigIntegerField(_("tokens out"), default=0)
    # Null is unknown, never nothing (N11).
    cost_usd = models.DecimalField(_("cost in USD"), max_digits=12, decimal_places=6, null=True, default=0)

    # {"q1": {"state": …, "seconds": …, "error": …}, …}, and the seconds of reading, storing, labelling.
    modules = models.JSONField(_("modules"), default=dict)
    seconds = models.JSONField(_("seconds"), default=dict)
    # [{"code": …, …figures}]
    warnings = models.JSONField(_("warnings"), default=list)
    error_code = models.CharField(_("error"), max_length=40, blank=True, default="")
    error = models.CharField(_("what happened"), max_length=500, blank=True, default="")

    objects = Runs.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-id"]
        constraints = [
            # N15: one at a time for a brand, whoever asks at the same moment.
            models.UniqueConstraint(
                fields=["ficha"], name="run_one_live", condition=Q(state__in=list(LIVE_RUNS))
            ),
            # An end has its moment, and only an end.
            models.CheckConstraint(
                condition=Q(state__in=list(LIVE_RUNS), finished_at__isnull=True)
                | (~Q(state__in=list(LIVE_RUNS)) & Q(finished_at__isnull=False)),
                name="run_finished_iff_ended",
            ),
            # A state that no code knows would block its brand for ever.
            models.CheckConstraint(condition=Q(state__in=list(RunState)), name="run_state_known"),
            # What failed says why.
            models.CheckConstraint(
                condition=~Q(state=RunState.FAILED) | ~Q(error_code=""), name="run_failure_has_reason"
            ),
        ]
        indexes = [
            # A brand's runs, newest first, and what it spent this month (N12).
            models.Index(fields=["ficha", "-id"], name="run_of_ficha"),
            # The day's summary and the month's cost over all brands (N15, N17).
            models.Index(fields=["created_at"], name="run_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.ficha_id} {self.state}"

    @property
    def is_live(self) -> bool:
        """Say whether the run waits or works."""
        return self.state in LIVE_RUNS


class RowReport(models.Model):
    """A row that a run did not take, or took with a doubt; the header is row 1 (N5)."""

    id = number_field()
    run = models.ForeignKey(Run, models.CASCADE, db_index=False, related_name="rows", verbose_name=_("run"))
    tab = models.CharField(_("tab"), max_length=8, choices=list(TAB_LABELS.items()))
    row = models.PositiveIntegerField(_("row"))
    code = models.CharField(_("code"), max_length=24, choices=list(ROW_CODE_LABELS.items()))
    column = models.CharField(_("column"), max_length=40, blank=True, default="")
    value = models.CharField(_("value"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("row of a run")
        verbose_name_plural = _("rows of runs")
        ordering = ["tab", "row", "id"]
        constraints = [
            # Written again after a kill, listed once (J6); a row may have a doubt in several columns.
            models.UniqueConstraint(fields=["run", "tab", "row", "code", "column"], name="run_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.tab} {self.row}: {self.code}"
