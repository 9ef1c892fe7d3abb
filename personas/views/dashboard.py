"""The viewers' dashboard: coverage, shares, growth, what is unclassified, how fresh it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from babel.dates import format_skeleton
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from personas import queries
from personas.models.imports import STATE_LABELS
from personas.queries import Counted, Figure, PersonaOverview
from personas.rules import ImportState
from personas.views import asked
from tenants.display.charts import Bars, Category, Doughnut, Lines, Series
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats
from tenants.display.home import Change, Tile, Tone

MONTHS = ("6", "12", "24", "60")
DAYS = ("7", "30", "90", "365")
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a small table: a name, its figure, and the contacts behind it."""

    label: str
    contacts: int
    href: str


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show how the contacts stand, narrowed by `source`, against `days` ago, with `months` of growth (W6)."""
    sources = queries.sources()
    chosen = {
        "source": asked.one_of(request, "source", sources),
        "days": asked.one_of(request, "days", DAYS, "30"),
        "months": asked.one_of(request, "months", MONTHS, "12"),
    }
    days, months = int(chosen["days"]), int(chosen["months"])
    seen = queries.overview(now=timezone.now(), days=days, months=months, source=chosen["source"])
    choices = {"chosen": chosen, "sources": sources, "days": DAYS, "months": MONTHS}
    return render(
        request, "personas/dashboard.html", choices | _page(seen, days, chosen, formats_for(request))
    )


def _page(seen: PersonaOverview, days: int, chosen: dict[str, str], formats: Formats) -> dict[str, object]:
    source = {"source": chosen["source"]} if chosen["source"] else {}
    return {
        "seen": seen,
        "tiles": _tiles(seen, days, source, formats),
        "shares": _bars(seen, source),
        "ring": _ring(seen, source),
        "growth": _lines(seen, source, formats),
        "unclassified": _rows(seen.unclassified, "title", source),
        "companies": _rows(seen.companies, "company", source),
        "keywords": _rows(seen.keywords, "keyword", source),
        "imports": [
            (found, STATE_LABELS[ImportState(found.state)], _tone(found.state)) for found in seen.imports
        ],
    }


def link(**chosen: str) -> str:
    """Return the address of the contacts behind a figure."""
    return f"{reverse('personas:contacts')}?{urlencode(chosen)}"


def _tiles(seen: PersonaOverview, days: int, source: dict[str, str], formats: Formats) -> list[Tile]:
    words = ngettext("against %(count)d day ago", "against %(count)d days ago", days) % {"count": days}
    return [
        _count(_("Contacts"), seen.contacts, words, link(**source)),
        _coverage(_("Coverage, %"), seen.classified, days, formats),
        _count(_("With a persona of their own"), seen.classified, words, link(**source)),
        _coverage(_("With a job title, %"), seen.with_title, days, formats),
        Tile(_("Decided by hand"), seen.held, link(held="1", **source)),
    ]


def _count(label: str, figure: Figure, since: str, href: str) -> Tile:
    return Tile(label, figure.now, href, Change(figure.now, figure.before), since)


def _coverage(label: str, figure: Figure, days: int, formats: Formats) -> Tile:
    now, before = round(100 * figure.ratio, 1), round(100 * figure.ratio_before, 1)
    tone: Tone = "good" if now > before else "bad" if now < before else "calm"
    before_words = _("was %(share)s %(count)d days ago") % {
        "share": formats.percent(figure.ratio_before),
        "count": days,
    }
    # A part of nothing says nothing: no news, neither good nor bad, when there was nobody before.
    change = Change(now, before, tone) if figure.of_before else None
    return Tile(label, now, "", change, before_words)


def _categories(seen: PersonaOverview, source: dict[str, str]) -> tuple[Category, ...]:
    return tuple(
        Category(share.name, share.contacts, share.color, link(persona=share.code, **source))
        for share in seen.shares
    )


def _bars(seen: PersonaOverview, source: dict[str, str]) -> Bars:
    told = _("How many contacts each persona has, and its share of all.")
    title, heading = _("Contacts by persona"), _("Persona")
    return Bars("shares", title, told, _categories(seen, source), share=True, heading=heading)


def _ring(seen: PersonaOverview, source: dict[str, str]) -> Doughnut:
    told = _("The default persona holds what no keyword matches.")
    return Doughnut("ring", _("Share of each persona"), told, _categories(seen, source), _("Persona"))


def _lines(seen: PersonaOverview, source: dict[str, str], formats: Formats) -> Lines:
    labels = tuple(str(format_skeleton("yMMM", month, locale=formats.locale)) for month in seen.growth.months)
    nothing = (0,) * len(labels)
    largest = sorted(seen.shares, key=lambda share: -share.contacts)[:MOST_LINES]
    series = tuple(
        Series(
            one.name,
            seen.growth.counts.get(one.id, nothing),
            one.color,
            link(persona=one.code, **source),
        )
        for one in largest
        if seen.contacts.now
    )
    told = _("By the month in which LinkedIn says that they connected.")
    return Lines("growth", _("New connections by month"), told, labels, series, _("Month"))


def _rows(counted: Iterable[Counted], name: str, source: dict[str, str]) -> list[Row]:
    return [Row(one.label, one.contacts, link(**{name: one.key}, **source)) for one in counted]


def _tone(state: str) -> str:
    tones = {"completed": "good", "failed": "bad", "processing": "running", "queued": "running"}
    return tones.get(state, "")
