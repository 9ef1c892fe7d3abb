"""Runs for staff: how far one is, what it read, what it cost, what became of each module (N5, N13)."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from insights.admin.acting import FichaFilter
from insights.admin.words import MODULES, RUN_TONES, STEPS, module_state, warning_words
from insights.models import Run
from insights.models.words import RUN_STATE_LABELS
from insights.queries.fichas import row_reports
from insights.reports.tables import ROWS as ROWS_TABLE
from insights.rules import ROW_WARNINGS, RunState, RunWarning
from tenants.admin import OwnPageModelAdmin, badge, tenant_site
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter
from tenants.display.exports import FileType
from tenants.display.later import now_or_later
from tenants.display.paging import pages_of
from tenants.intake import is_number
from tenants.jobs import queries as jobs
from tenants.jobs.models import Job
from tenants.jobs.progress import progress_of

ROWS = 100


class StateFilter(WordsFilter):
    """Narrows to one state."""

    title = _("state")
    parameter_name = "state"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in RUN_STATE_LABELS.items()}


@admin.register(Run, site=tenant_site)
class RunAdmin(OwnPageModelAdmin):
    """Runs, newest first; one run with its live bar while it works."""

    icon = "insights"
    list_display = ("number", "ficha", "standing", "trigger", "created_at", "rows", "labels", "cost")
    list_filter = (StateFilter, FichaFilter)
    list_select_related = ("ficha",)
    ordering = ("-id",)
    sortable_by = ()

    def get_urls(self) -> list[URLPattern]:
        """Add the download of rows, as a workbook or CSV."""
        download = self.admin_site.admin_view(rows_view)
        files = [
            path(f"<int:pk>/rows.{type}", download, {"type": type}, name=f"insights_run_rows_{type}")
            for type in FileType
        ]
        return [*files, *super().get_urls()]

    def row_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show one run. Raises Http404."""
        run = get_object_or_404(Run.objects.select_related("ficha"), pk=key)
        return self.drawn(request, "admin/insights/run.html", run, shown_run(request, run))

    def title_of(self, row: Run) -> str:
        """Name the brand and the moment."""
        return f"{row.ficha} · {reader().moment(row.created_at)}"

    @admin.display(description=_("run"))
    def number(self, run: Run) -> str:
        """Write its number."""
        return f"#{run.pk}"

    @admin.display(description=_("state"))
    def standing(self, run: Run) -> SafeString:
        """Say where it stands, in its colour."""
        return badge(run.get_state_display(), RUN_TONES[RunState(run.state)])

    @admin.display(description=_("rows read"))
    def rows(self, run: Run) -> str:
        """Count what was read and what was rejected."""
        read = reader().number(run.posts_read + run.comments_read)
        if not run.rows_rejected:
            return read
        return _now("%(read)s, %(rejected)s rejected") % {
            "read": read,
            "rejected": reader().number(run.rows_rejected),
        }

    @admin.display(description=_("labelled"))
    def labels(self, run: Run) -> str:
        """Count what was labelled."""
        return reader().number(run.labelled)

    @admin.display(description=_("cost"))
    def cost(self, run: Run) -> str:
        """Write what it cost."""
        return cost_words(run)


def rows_view(request: HttpRequest, pk: int, type: FileType) -> HttpResponseBase:
    """Download the rows that a run did not simply take, to mend them, or ask for them. Raises Http404."""
    run = Run.objects.filter(pk=pk).first() if is_number(str(pk)) else None
    if run is None:
        raise Http404
    wanted = {"run": run.pk, "language": get_language()}
    return now_or_later(request, of=ROWS_TABLE, asked=wanted, type=type)


def cost_words(run: Run) -> str:
    """Write what a run cost; what nobody knows is unknown, never nothing (N11)."""
    if run.cost_usd is None:
        return _now("unknown")
    money = f"{reader().number(run.cost_usd, 4)}\u00a0USD"
    is_estimated = {"code": RunWarning.USAGE_ESTIMATED} in run.warnings
    return _now("%(cost)s, estimated") % {"cost": money} if is_estimated else money


def shown_run(request: HttpRequest, run: Run) -> dict[str, Any]:
    """Return what the page of a run draws. Three queries, one more while it works."""
    names = jobs.names_of(ids=[run.created_by])
    return {
        "run": run,
        "tone": RUN_TONES[RunState(run.state)],
        "by": names.get(run.created_by) if run.created_by else None,
        "took": run.finished_at - run.started_at if run.finished_at and run.started_at else None,
        "cost": cost_words(run),
        "modules": _modules(run),
        "steps": [(STEPS.get(name, name), seconds) for name, seconds in run.seconds.items()],
        "warnings": [warning_words(one) for one in run.warnings],
        **_rows(request, run),
        **(_bar(run) if run.is_live else {}),
    }


def _modules(run: Run) -> list[dict[str, Any]]:
    told = [(key, run.modules[key]) for key in MODULES if key in run.modules]
    return [
        {
            "label": f"{key.upper()} {MODULES[key]}",
            "state": module_state(one.get("state", "")),
            "seconds": one.get("seconds"),
            "errors": ", ".join(map(str, one.get("errors", []))),
        }
        for key, one in told
    ]


def _rows(request: HttpRequest, run: Run) -> dict[str, Any]:
    """Return a page of the rows that were not simply taken, in words."""
    found, after = row_reports(run=run).order_by("id"), request.GET.get("cursor", "")
    if is_number(after):
        found = found.filter(pk__gt=int(after))
    rows: list[Any] = list(found[: ROWS + 1])
    shown, more = rows[:ROWS], len(rows) > ROWS
    return {
        "rows": [(row, row.code in ROW_WARNINGS) for row in shown],
        "pages": pages_of(request, shown=len(shown), next_cursor=str(shown[-1].pk) if more else ""),
    }


def _bar(run: Run) -> dict[str, Any]:
    job = Job.objects.filter(pk=run.job).first() if run.job else None
    if job is None:
        return {}
    press = reverse("admin:jobs_job_press", args=[job.pk, "cancel"])
    links = {"cancel": press} if job.cancel_requested_at is None else {}
    seen = asdict(progress_of(job, now=timezone.now(), links=links))
    return {"progress": seen, "progress_url": reverse("admin:jobs_job_bar", args=[job.pk])}
