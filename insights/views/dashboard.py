"""The brand's page: the story of a range in charts, each figure a link to the comments under it (W1, W6)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights.models import FichaCliente
from insights.modules import Module, compute_all
from insights.queries.results import results_of
from insights.reports.looking import CUSTOM, OVERVIEW, RANGES, Chosen, view_for
from insights.reports.panels import Look, panels
from insights.reports.words import MODULES
from insights.rules import Platform
from insights.views.choosing import chosen, fichas_of
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show one look at one brand: `ficha`, `range`, `from`, `to`, `platform`, `tab`."""
    fichas = fichas_of(request)
    if not fichas:
        return render(request, "insights/dashboard.html", {"is_empty": True})
    look = _look(chosen(request, fichas, now=timezone.now()), formats_for(request))
    page = frame(look.chosen, fichas) | {"panels": panels(look), "tabs": _tabs(look.chosen)}
    return render(request, "insights/dashboard.html", page)


def frame(looked: Chosen, fichas: list[FichaCliente]) -> dict[str, object]:
    """Return what the head of every page of a brand needs."""
    return {
        "chosen": looked,
        "ficha": looked.ficha,
        "fichas": fichas,
        "ranges": RANGES,
        "custom": CUSTOM,
        "platforms": list(Platform),
    }


def _look(looked: Chosen, formats: Formats) -> Look:
    before = looked.before() if looked.tab in (OVERVIEW, Module.EMOTIONS.key) else None
    earlier = compute_all(view_for(before)) if before else {}
    return Look(looked, results_of(view_for(looked), ficha=looked.ficha), formats, earlier)


def _tabs(looked: Chosen) -> list[tuple[str, str, bool]]:
    """Return (name, address, whether it is this one) of each tab."""
    named = [(OVERVIEW, "")] + [(module.key, str(MODULES[module])) for module in Module]
    return [(name, looked.href(tab), tab == looked.tab) for tab, name in named]
