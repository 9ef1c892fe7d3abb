"""Brands for staff: how fresh each is, its form, its source tried out, an analysis begun now."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from insights import actions
from insights.admin.words import RUN_TONES
from insights.forms.fichas import TRAITS, FichaForm
from insights.models import FichaCliente, Insight, Run
from insights.models.words import ROW_CODE_LABELS, RUN_STATE_LABELS, TAB_LABELS
from insights.queries.fichas import next_look, stale_fichas
from insights.queries.spending import spent_this_month
from insights.rules import STALE_AFTER, RunState, Tab
from tenants.admin import Act, Button, ago, badge, tenant_site
from tenants.admin.acting import ActingModelAdmin, by_of
from tenants.jobs.queries import names_of
from tenants.queries import principal_of
from tenants.records.models import StoredFile

RUNS = 10


class StaleFilter(admin.SimpleListFilter):
    """Narrows to brands whose source nobody looked at for 25 hours (N17)."""

    title = _("freshness")
    parameter_name = "stale"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one."""
        return [("1", _("Not checked for 25 hours"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FichaCliente]) -> QuerySet[FichaCliente]:
        """Keep the chosen ones."""
        if self.value() != "1":
            return queryset
        return queryset.filter(pk__in=stale_fichas(now=timezone.now()).values("pk"))


def analyse(request: HttpRequest, ficha: FichaCliente) -> HttpResponse:
    """Begin an analysis and go to its run."""
    return _begun(request, ficha, is_forced=False)


def analyse_anyway(request: HttpRequest, ficha: FichaCliente) -> HttpResponse:
    """Begin an analysis also without news (N16)."""
    return _begun(request, ficha, is_forced=True)


def try_source(request: HttpRequest, ficha: FichaCliente) -> HttpResponse:
    """Show what the source would bring; nothing is stored. Raises a SourceRefused (N1)."""
    found = actions.test_connection(ficha=ficha)
    page = {
        "title": _now("Connection of %(brand)s") % {"brand": ficha},
        "ficha": ficha,
        "found": found,
        "tabs": [(TAB_LABELS[tab], found.rows_read.get(str(tab), 0)) for tab in Tab],
        "problems": [(ROW_CODE_LABELS[code], str(code), count) for code, count in found.problems.items()],
    }
    return render(request, "admin/insights/connection.html", tenant_site.each_context(request) | page)


def remove(request: HttpRequest, ficha: FichaCliente) -> HttpResponse:
    """Delete a brand that was made by mistake and go to the list. Raises HasHistory, OnlyBrand."""
    actions.remove_ficha(ficha=ficha, by=by_of(request))
    messages.success(request, _now("%(brand)s was deleted.") % {"brand": ficha})
    return HttpResponseRedirect(reverse("admin:insights_fichacliente_changelist"))


def is_without_history(_request: HttpRequest, ficha: Any) -> bool:
    """Say whether the brand may be deleted; one that was analysed is disabled instead (N6)."""
    return ficha is not None and ficha.newest_run is None and not ficha.is_told


def is_idle(_request: HttpRequest, ficha: Any) -> bool:
    """Say whether no analysis of the brand waits or works."""
    return not ficha.is_busy


@admin.register(FichaCliente, site=tenant_site)
class FichaAdmin(ActingModelAdmin):
    """Brands by name in a fixed number of queries; one brand with its runs below."""

    icon = "storefront"
    in_palette = True
    form = FichaForm
    list_display = ("brand_name", "freshness", "last_checked_at", "last_run", "next_at")
    list_filter = (StaleFilter, "is_enabled")
    search_fields = ("brand_name",)
    ordering = ("brand_name", "id")
    change_form_outer_after_template = "admin/insights/ficha.html"
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("brand_name", "industry", "country", "timezone", "language", "platforms")}),
        (
            _("Source"),
            {"fields": ("source_kind", "file", "spreadsheet_id", "posts_tab", "comments_tab")},
        ),
        (
            _("Analysis"),
            {
                "fields": (
                    *("schedule", "is_enabled", "minimum_sample"),
                    *("model", "budget_usd", "budget_tokens"),
                )
            },
        ),
        (
            _("Voice"),
            {
                "fields": (
                    *("archetype", "tone_of_voice", "target_audience", "business_goal"),
                    *("content_pillars", "competitors"),
                )
            },
        ),
        (_("Personality that it wants, 0 to 100"), {"fields": TRAITS}),
    )
    buttons = (
        Button("analyse", _("Analyse now"), analyse, shown=is_idle),
        Button(
            "analyse-anyway",
            _("Analyse also without news"),
            analyse_anyway,
            shown=is_idle,
            confirm=_("Analyse everything again, also without news? What is labelled is not paid again."),
        ),
        Button("test", _("Test the connection"), try_source),
        Button(
            "delete",
            _("Delete"),
            remove,
            shown=is_without_history,
            confirm=_("Delete this brand, its schedule, its viewers' bonds and its workbook for good?"),
            danger=True,
        ),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin in the organisation's own time zone."""
        zone = principal_of(request).tenant.timezone
        asked: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"timezone": zone} | asked

    def get_queryset(self, request: HttpRequest) -> QuerySet[FichaCliente]:
        """Tell the newest run in the same query."""
        newest = Run.objects.filter(ficha=OuterRef("pk")).order_by("-id")
        found: QuerySet[FichaCliente] = super().get_queryset(request)
        return found.annotate(
            newest_run=Subquery(newest.values("pk")[:1]),
            newest_state=Subquery(newest.values("state")[:1]),
            is_busy=Exists(Run.objects.live().filter(ficha=OuterRef("pk"))),
            is_told=Exists(Insight.objects.filter(ficha=OuterRef("pk"))),
        )

    def beside(self, request: HttpRequest, row: FichaCliente) -> dict[str, Any]:
        """Show freshness, runs and viewers below the brand."""
        return shown_below(row)

    def save_model(
        self, request: HttpRequest, obj: FichaCliente, form: forms.ModelForm, change: bool
    ) -> None:
        """Make or change the brand, and take its workbook. Raises a refusal of the actions."""
        facts, by = form.facts(), by_of(request)  # type: ignore[attr-defined]  # a FichaForm
        upload = form.workbook()  # type: ignore[attr-defined]
        ficha = obj
        if not change:
            ficha = actions.create_ficha(by=by, **facts)
            obj.pk = ficha.pk
        elif facts:
            actions.change_ficha(ficha=ficha, by=by, **facts)
        if upload:
            actions.upload_workbook(ficha=ficha, name=upload[0], content=upload[1], by=by)

    @admin.display(description=_("freshness"))
    def freshness(self, ficha: FichaCliente) -> SafeString:
        """Say whether the source is looked at as it should be."""
        return badge(*standing(ficha, now=timezone.now()))

    @admin.display(description=_("last run"))
    def last_run(self, ficha: Any) -> SafeString | str:
        """Lead to the newest run, by its state."""
        if ficha.newest_run is None:
            return self.empty_value_display
        state = RunState(ficha.newest_state)
        address = reverse("admin:insights_run_change", args=[ficha.newest_run])
        return format_html('<a href="{}">{}</a>', address, badge(RUN_STATE_LABELS[state], RUN_TONES[state]))

    @admin.display(description=_("next run"))
    def next_at(self, ficha: FichaCliente) -> SafeString | str:
        """Write when the schedule looks next."""
        return ago(next_look(ficha=ficha, now=timezone.now()))


def standing(ficha: FichaCliente, *, now: datetime) -> tuple[str | Promise, str]:
    """Return how fresh a brand is, in words and a tone (N17)."""
    if not ficha.is_enabled:
        return _("Disabled"), ""
    if (ficha.last_checked_at or ficha.created_at) < now - STALE_AFTER:
        return _("Not checked for 25 hours"), "bad"
    return (_("Fresh"), "good") if ficha.last_checked_at else (_("Not checked yet"), "warn")


def shown_below(ficha: FichaCliente) -> dict[str, Any]:
    """Return what the template draws below a brand's form. Five queries."""
    now = timezone.now()
    words, tone = standing(ficha, now=now)
    bound = list(ficha.viewers.order_by("id").values_list("member", flat=True))
    return {
        "ficha": ficha,
        "freshness": words,
        "tone": tone,
        "next_at": next_look(ficha=ficha, now=now),
        "spent": spent_this_month(ficha=ficha, now=now),
        "runs": [(run, RUN_TONES[RunState(run.state)]) for run in ficha.runs.order_by("-id")[:RUNS]],
        "viewers": sorted(names_of(ids=bound).values()),
        # The name alone: the row holds all of the file.
        "workbook": _name_of(ficha.workbook_id),
    }


def _name_of(workbook: UUID | None) -> str:
    if workbook is None:
        return ""
    return StoredFile.objects.filter(pk=workbook).values_list("name", flat=True).first() or ""


def _begun(request: HttpRequest, ficha: FichaCliente, *, is_forced: bool) -> HttpResponse:
    run = actions.start_analysis(ficha=ficha.pk, by=by_of(request), is_forced=is_forced)
    messages.success(request, _now("The analysis is queued; this page shows how far it is."))
    return HttpResponseRedirect(reverse("admin:insights_run_change", args=[run.pk]))


tenant_site.add_act(Act(_("New brand"), "admin:insights_fichacliente_add", "add_business", 50))
