"""Insights for staff: every analysis that was stored, ours, a program's and the first system's (N15, F11)."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from insights.actions.first_system import FINDINGS
from insights.admin.acting import FichaFilter
from insights.admin.words import MODULES, RUN_TONES, module_state
from insights.models import Insight
from insights.rules import FIRST_SYSTEM, RunState
from tenants.admin import ReadOnlyModelAdmin, badge, tenant_site
from tenants.admin.columns import reader
from tenants.records.models import SourceRecord

LONGEST_SHOWN = 20_000


class OriginFilter(admin.SimpleListFilter):
    """Narrows to our own insights, or to those of others."""

    title = _("origin")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two."""
        return [("here", _("A run here")), ("past", _("The first system"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        if self.value() == "here":
            return queryset.filter(run__isnull=False)
        return queryset.filter(is_past=True) if self.value() == "past" else queryset


@admin.register(Insight, site=tenant_site)
class InsightAdmin(ReadOnlyModelAdmin):
    """Insights, the newest first; nobody changes one."""

    icon = "history"
    list_display = ("moment", "ficha", "origin", "standing", "posts", "comments", "engine")
    list_filter = (FichaFilter, OriginFilter)
    list_select_related = ("ficha",)
    ordering = ("-analysis_timestamp", "-id")
    sortable_by = ()
    fields = ("ficha", "moment", "origin", "standing", "posts", "comments", "engine", "model")
    change_form_outer_after_template = "admin/insights/findings.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Insight]:
        """Tell in the same query which ones came over."""
        here = Cast(OuterRef("pk"), CharField())
        came = SourceRecord.objects.filter(collection=FINDINGS, target=here)
        found: QuerySet[Insight] = super().get_queryset(request)
        return found.annotate(is_past=Exists(came))

    def beside(self, request: HttpRequest, row: Insight) -> dict[str, Any]:
        """Show the ten results below."""
        return {"results": list(shown_results(row))}

    def title_of(self, row: Insight) -> str:
        """Name the brand and the moment."""
        return f"{row.ficha} · {reader().moment(row.analysis_timestamp)}"

    @admin.display(description=_("analysed"))
    def moment(self, insight: Insight) -> str:
        """Write the moment of the analysis."""
        return reader().moment(insight.analysis_timestamp)

    @admin.display(description=_("origin"))
    def origin(self, insight: Any) -> SafeString | str | Promise:
        """Lead to the run, or say who else found it."""
        if insight.run_id is None:
            return _("The first system") if insight.is_past else _("A program")
        address = reverse("admin:insights_run_change", args=[insight.run_id])
        return format_html('<a href="{}">#{}</a>', address, insight.run_id)

    @admin.display(description=_("state"))
    def standing(self, insight: Insight) -> SafeString:
        """Say whether all of it is there, in its colour."""
        return badge(insight.get_analysis_status_display(), RUN_TONES[RunState(insight.analysis_status)])

    @admin.display(description=_("posts"))
    def posts(self, insight: Insight) -> str:
        """Count them."""
        return reader().number(insight.total_posts_analyzed)

    @admin.display(description=_("comments"))
    def comments(self, insight: Insight) -> str:
        """Count them."""
        return reader().number(insight.total_comments_analyzed)


def shown_results(insight: Insight) -> Iterator[dict[str, Any]]:
    """Yield each module's result as it was stored, with its state in words; a form that nobody knows too."""
    for key, label in MODULES.items():
        stored = getattr(insight, f"{key}_result")
        told = stored if isinstance(stored, dict) else {}
        text = "" if stored is None else json.dumps(stored, ensure_ascii=False, indent=1)
        yield {
            "label": f"{key.upper()} {label}",
            "state": module_state(str(told.get("estado", ""))),
            "is_past": FIRST_SYSTEM in told.get("warnings", ()),
            "text": text[:LONGEST_SHOWN] + ("…" if text[LONGEST_SHOWN:] else ""),
        }
