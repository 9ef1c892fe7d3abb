"""The viewers' dashboard: coverage, shares, growth, what is unclassified, how fresh it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from personas import queries
from personas.models.imports import STATE_LABELS
from personas.models.reclassifications import TYPE_LABELS
from personas.queries import Counted, Figure, PersonaOverview, ReclassificationView
from personas.rules import ImportState, JobKind, ReclassificationType
from personas.views import charts
from personas.views.charts import link
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats
from tenants.display.home import Change, Tile, Tone
from tenants.jobs import queries as jobs
from tenants.jobs.rules import State

MONTHS = ("6", "12", "24", "60")
DAYS = ("7", "30", "90", "365")
RECENT_JOBS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a small table: a name, its figure, and the contacts behind it."""

    label: str
    contacts: int
    href: str


@dataclass(frozen=True, slots=True)
class Recent:
    """A reclassification in a line: what was asked, how it stands, where the rest is."""

    label: object
    is_preview: bool
    state: State
    changes: str
    at: datetime
    href: str


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show how the contacts stand, narrowed by `source`, against `days` ago, with `months` of growth (W6)."""
    now, formats, sources = timezone.now(), formats_for(request), queries.sources()
    chosen = _chosen(request, sources)
    days, months = int(chosen["days"]), int(chosen["months"])
    seen = queries.overview(now=now, days=days, months=months, source=chosen["source"])
    page: dict[str, object] = {"chosen": chosen, "sources": sources, "days": DAYS, "months": MONTHS}
    page |= _page(seen, days, chosen, formats)
    page |= _over_time(seen, now, days, formats) | _jobs(seen, formats)
    return render(request, "personas/dashboard.html", page)


def _chosen(request: HttpRequest, sources: list[str]) -> dict[str, str]:
    return {
        "source": asked.one_of(request, "source", sources),
        "days": asked.one_of(request, "days", DAYS, "30"),
        "months": asked.one_of(request, "months", MONTHS, "12"),
    }


def _page(seen: PersonaOverview, days: int, chosen: dict[str, str], formats: Formats) -> dict[str, object]:
    source = {"source": chosen["source"]} if chosen["source"] else {}
    return {
        "seen": seen,
        "tiles": _tiles(seen, days, source, formats),
        "shares": charts.bars(seen, source),
        "ring": charts.ring(seen, source),
        "growth": charts.growth(seen, source, formats),
        "connected": charts.coverage_by_month(seen, formats),
        "unclassified": _rows(seen.unclassified, "title", source),
        "companies": _rows(seen.companies, "company", source),
        "keywords": _rows(seen.keywords, "keyword", source),
    }


def _over_time(seen: PersonaOverview, now: datetime, days: int, formats: Formats) -> dict[str, object]:
    """Return what is counted day by day or every six hours, from all sources."""
    latest = queries.latest_metrics()
    names = {share.code: share.name for share in seen.shares}
    unused = latest.figures["unused_keywords"] if latest else []
    return {
        "coverage": charts.coverage(queries.coverage_trend(now=now, days=days), formats),
        "by_day": charts.personas_by_day(seen.shares, queries.persona_trend(now=now, days=days), formats),
        "latest": latest,
        "next_at": jobs.next_runs(now=now, zone=formats.zone).get(JobKind.COMPUTE_METRICS),
        "unused": [(one["keyword"], names.get(one["buyer_persona_id"], "")) for one in unused],
    }


def _jobs(seen: PersonaOverview, formats: Formats) -> dict[str, object]:
    found = queries.reclassifications(limit=RECENT_JOBS)
    return {
        "reclassifications": [_recent(one, formats) for one in found],
        "imports": [(one, STATE_LABELS[ImportState(one.state)], _tone(one.state)) for one in seen.imports],
    }


def _recent(one: ReclassificationView, formats: Formats) -> Recent:
    state = next(state for state, word in queries.STATUSES.items() if word == one.status)
    changes = one.progress.updated
    if one.dry_run:
        words = ngettext("%(count)s contact would change", "%(count)s contacts would change", changes)
    else:
        words = ngettext("%(count)s contact changed", "%(count)s contacts changed", changes)
    return Recent(
        TYPE_LABELS[ReclassificationType(one.job_type)],
        one.dry_run,
        state,
        words % {"count": formats.number(changes)},
        one.completed_at or one.started_at or one.created_at,
        reverse("jobs:detail", args=[one.job_id]),
    )


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


def _rows(counted: Iterable[Counted], name: str, source: dict[str, str]) -> list[Row]:
    return [Row(one.label, one.contacts, link(**{name: one.key}, **source)) for one in counted]


def _tone(state: str) -> str:
    tones = {"completed": "good", "failed": "bad", "processing": "running", "queued": "running"}
    return tones.get(state, "")
