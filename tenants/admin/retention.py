"""For how many days a tenant keeps what, what stays and why: one table, one form (S19)."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.actions.aging import change_retention
from tenants.admin.acting import by_of
from tenants.admin.pages import Page
from tenants.admin.sites import tenant_site
from tenants.intake.figures import read_whole
from tenants.permissions import Capability, check_may
from tenants.queries import principal_of
from tenants.records.queries import kept_days
from tenants.records.retention import Aged, aged_kinds, kept_models
from tenants.rules import Refused


def retention_page(request: HttpRequest) -> HttpResponse:
    """Show the days of each kind, or write what was typed. Raises Forbidden."""
    check_may(principal_of(request).role, Capability.PERSONS)
    return _save(request) if request.method == "POST" else _shown(request)


def _save(request: HttpRequest) -> HttpResponse:
    days, wrong = _typed(request)
    try:
        if not wrong:
            changed = change_retention(days=days, by=by_of(request))
            words = _("Saved. The next night obeys it.") if changed else _("Nothing changed.")
            messages.success(request, words)
            return HttpResponseRedirect(reverse("admin:records_retention"))
    except Refused as refusal:
        wrong = {str(refusal.extra.get("field", "")): str(refusal)}
    return _shown(request, wrong)


def _typed(request: HttpRequest) -> tuple[dict[str, int], dict[str, str]]:
    """Return the days by kind, and what is wrong with others."""
    said = {aged.kind: read_whole(request.POST.get(aged.kind, "")) for aged in aged_kinds()}
    days = {kind: number for kind, number in said.items() if number is not None}
    return days, {kind: _("A whole number, please.") for kind in said if kind not in days}


def _shown(request: HttpRequest, wrong: dict[str, str] | None = None) -> HttpResponse:
    page = {
        "title": _("Retention"),
        "rows": [_row(request, aged, wrong or {}) for aged in aged_kinds()],
        "stays": [(_plural(one.model), one.because) for one in kept_models()],
    }
    return render(request, "admin/records/retention.html", tenant_site.each_context(request) | page)


def _row(request: HttpRequest, aged: Aged, wrong: dict[str, str]) -> dict[str, Any]:
    return {
        "aged": aged,
        "days": request.POST.get(aged.kind) if wrong else kept_days(aged),
        "wrong": wrong.get(aged.kind, ""),
        "holds": ", ".join(map(_plural, aged.models)),
    }


def _plural(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)


tenant_site.add_page(
    Page("records", "retention", "retention/", retention_page, gettext_lazy("Retention"), "auto_delete")
)
