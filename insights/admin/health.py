"""How well brands are looked after, at one look: today, lights, a week of runs by state (N15, N17)."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insights.admin.words import RUN_TONES
from insights.models.words import RUN_STATE_LABELS, stale_words
from insights.queries.fichas import stale_fichas
from insights.queries.health import active_viewers, days_of, health, midnight
from insights.rules import RunState
from tenants.admin import Page, tenant_site
from tenants.models import Tenant
from tenants.queries import principal_of
from tenants.scope import public_scope

DAYS = 7
NAMED = 20


def health_page(request: HttpRequest) -> HttpResponse:
    """Show today and the week. Six queries."""
    tenant, now = principal_of(request).tenant, timezone.now()
    with public_scope():
        viewers = active_viewers(tenant=tenant.pk, since=now - timedelta(days=DAYS))
    page = {"title": _("Health of analyses"), "viewers": viewers, "days_shown": DAYS, **_runs(tenant)}
    return render(request, "admin/insights/health.html", tenant_site.each_context(request) | page)


def _runs(tenant: Tenant) -> dict[str, Any]:
    now = timezone.now()
    week = days_of(now=now, zone=tenant.timezone, days=DAYS)
    today = health(since=midnight(now, tenant.timezone), now=now)
    return {
        "today": today,
        "stale_words": stale_words(today.stale),
        "stale": list(stale_fichas(now=now).order_by("last_checked_at", "id")[:NAMED]),
        "states": [(RUN_STATE_LABELS[state], RUN_TONES[state]) for state in RunState],
        "week": [(day, [(counts[state], RUN_TONES[state]) for state in RunState]) for day, counts in week],
    }


tenant_site.add_page(
    Page(
        "insights",
        "health",
        "health/",
        health_page,
        label=gettext_lazy("Health of analyses"),
        icon="monitor_heart",
        position=90,
    )
)
