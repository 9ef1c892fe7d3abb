"""The brand's page: the story of a range in charts, each figure a link to the comments under it (W1, W6)."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from insights.models import FichaCliente
from insights.models.words import PLATFORM_LABELS
from insights.modules import Module
from insights.queries.fichas import next_look
from insights.reports.looking import CUSTOM, OVERVIEW, RANGES, Chosen
from insights.reports.panels import TOLD, look_of, panels
from insights.reports.story import story
from insights.reports.words import MODULES
from insights.views.choosing import chosen, fichas_of
from tenants.display.context_processors import formats_for
from tenants.display.exports import ReportType


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show one look at one brand: `ficha`, `range`, `from`, `to`, `platform`, `tab`."""
    fichas = fichas_of(request)
    if not fichas:
        return render(request, "insights/dashboard.html", {"is_empty": True})
    look = look_of(chosen(request, fichas, now=timezone.now()), formats_for(request))
    page = frame(look.chosen, fichas) | {
        "panels": panels(look),
        "tabs": _tabs(look.chosen),
        "story": story(look) if look.chosen.tab in TOLD else None,
        "is_basic": not look.offers_model,
        "files": _files(look.chosen),
    }
    return render(request, "insights/dashboard.html", page)


def frame(looked: Chosen, fichas: list[FichaCliente]) -> dict[str, object]:
    """Return what the head of every page of a brand needs."""
    return {
        "chosen": looked,
        "ficha": looked.ficha,
        "fichas": fichas,
        "ranges": RANGES,
        "custom": CUSTOM,
        "platforms": PLATFORM_LABELS.items(),
        "next_at": next_look(ficha=looked.ficha, now=timezone.now()),
        "is_waiting": looked.ficha.last_analysis_timestamp is None,
    }


def _files(looked: Chosen) -> list[tuple[str, str]]:
    """Return (name, address) of the same look as a file."""
    places = {type.label: f"insights:{type}" for type in ReportType}
    places |= {_("comments (CSV)"): "insights:comments-file"}
    return [(name, f"{reverse(place)}?{urlencode(looked.params)}") for name, place in places.items()]


def _tabs(looked: Chosen) -> list[tuple[str, str, bool]]:
    """Return (name, address, whether it is this one) of each tab."""
    named = [(OVERVIEW, "")] + [(module.key, str(MODULES[module])) for module in Module]
    return [(name, looked.href(tab), tab == looked.tab) for tab, name in named]
