"""The viewers' dashboard: coverage, shares, growth, what is unclassified, how fresh it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from personas import queries
from personas.models.imports import STATE_LABELS
from personas.models.reclassifications import TYPE_LABELS
from personas.queries import ReclassificationView
from personas.reports.standing import Choice, Standing, standing
from personas.rules import ImportState, JobKind, ReclassificationType
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.exports import ReportType
from tenants.display.formats import Formats
from tenants.jobs import queries as jobs
from tenants.jobs.rules import State

MONTHS = ("6", "12", "24", "60")
DAYS = ("7", "30", "90", "365")
RECENT_JOBS = 5


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
    sources = queries.sources()
    look = looked(request, sources)
    page: dict[str, object] = {"look": look, "sources": sources, "days": DAYS, "months": MONTHS}
    page |= {"chosen": look.choice.params, "files": _files(look)} | _jobs(look)
    return render(request, "personas/dashboard.html", page)


def looked(request: HttpRequest, sources: Collection[str]) -> Standing:
    """Return the look that the page's parameters ask for."""
    chosen = Choice(
        source=asked.one_of(request, "source", sources),
        days=int(asked.one_of(request, "days", DAYS, "30")),
        months=int(asked.one_of(request, "months", MONTHS, "12")),
    )
    return standing(choice=chosen, now=timezone.now(), formats=formats_for(request))


def _files(look: Standing) -> list[tuple[str, str]]:
    """Return (name, address) of the same look as a file; none of nobody."""
    query, known = urlencode(look.choice.params), list(ReportType) if look.seen.contacts.now else []
    return [(type.label, f"{reverse(f'personas:{type}')}?{query}") for type in known]


def _jobs(look: Standing) -> dict[str, object]:
    found, formats = queries.reclassifications(limit=RECENT_JOBS), look.formats
    imports = look.seen.imports
    return {
        "next_at": jobs.next_runs(now=look.now).get(JobKind.COMPUTE_METRICS),
        "reclassifications": [_recent(one, formats) for one in found],
        "imports": [(one, STATE_LABELS[ImportState(one.state)], _tone(one.state)) for one in imports],
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


def _tone(state: str) -> str:
    tones = {"completed": "good", "failed": "bad", "processing": "running", "queued": "running"}
    return tones.get(state, "")
