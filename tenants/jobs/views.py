"""Pages of long work: everybody of the tenant looks at what is not hidden, who may edit cancels."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tenants import permissions
from tenants.jobs import actions, queries
from tenants.jobs.models import Job
from tenants.jobs.progress import percent, progress_of
from tenants.jobs.rules import STATE_LABELS, NotCancellable, UnknownJob, cancelling_words
from tenants.jobs.runner import handled_kinds, hidden_from, label_of
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.records.downloads import kept_download

PAGE = 25


@require_safe
def jobs_list(request: HttpRequest) -> HttpResponse:
    """Show jobs, newest first, narrowed by `kind` and `state` (W6)."""
    chosen, hidden = _chosen(request), hidden_from(principal_of(request))
    found = queries.jobs_page(**chosen, before=request.GET.get("before", ""), size=PAGE, hidden=hidden)
    return render(
        request,
        "jobs/list.html",
        {
            "rows": _rows(found.jobs),
            "chosen": chosen,
            "kinds": sorted(((kind, label_of(kind)) for kind in handled_kinds()), key=lambda pair: pair[1]),
            "states": STATE_LABELS.items(),
            "pages": _pages(request, chosen, found),
        },
    )


@require_safe
def detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show one job with its live bar."""
    job = _seen(request, job_id)
    kept = queries.file_of(job, by=principal_of(request).user_id)
    return render(request, "jobs/detail.html", {"row": _rows([job])[0], "file": kept, **bar(request, job)})


@require_safe
def file(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Download what a job wrote, as long as it is kept, by whoever asked for it (S5). Raises UnknownJob."""
    kept = queries.file_of(_seen(request, job_id), by=principal_of(request).user_id)
    if kept is None:
        raise UnknownJob(job=str(job_id))
    return kept_download(kept)


@require_safe
def progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show the bar alone; the one of an ended job asks no more (W2)."""
    job = _seen(request, job_id)
    response = render(request, "display/progress.html", bar(request, job))
    if (job.result or {}).get("file"):
        # The page has a link that the bar has not.
        response["HX-Refresh"] = "true"
    return response


@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask for a job's end. Raises Forbidden, UnknownJob."""
    who = principal_of(request)
    permissions.check_may(who.role, Capability.EDIT)
    try:
        job = actions.cancel(job_id=job_id, by=who.user_id)
        messages.info(request, cancelling_words(job.kind))
    except NotCancellable as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("jobs:detail", args=[job_id]))


def bar(request: HttpRequest, job: Job) -> dict[str, Any]:
    """Return what the bar's template reads: the shape of W2 and the address to ask again."""
    links = {"self": reverse("jobs:detail", args=[job.id])}
    if permissions.may(principal_of(request).role, Capability.EDIT):
        links["cancel"] = reverse("jobs:cancel", args=[job.id])
    seen = progress_of(job, now=timezone.now(), links=links)
    return {"progress": asdict(seen), "progress_url": reverse("jobs:progress", args=[job.id])}


def _seen(request: HttpRequest, job_id: UUID) -> Job:
    return queries.job(job_id=job_id, hidden=hidden_from(principal_of(request)))


def _chosen(request: HttpRequest) -> dict[str, str]:
    known = {"kind": handled_kinds(), "state": frozenset(STATE_LABELS)}
    # What is not among the choices narrows nothing, and never reaches the database.
    return {name: word if (word := request.GET.get(name, "")) in known[name] else "" for name in known}


def _rows(jobs: list[Job]) -> list[dict[str, Any]]:
    names = queries.names_of(ids=[job.created_by for job in jobs])
    return [
        {
            "job": job,
            "label": label_of(job.kind),
            "percent": percent(job),
            "took": job.took,
            "by": names.get(job.created_by, "") if job.created_by else "",
        }
        for job in jobs
    ]


def _pages(request: HttpRequest, chosen: dict[str, str], found: queries.JobsPage) -> dict[str, str | None]:
    kept = {name: value for name, value in chosen.items() if value}
    older = urlencode(kept | {"before": str(found.before)}) if found.before else ""
    newest = f"?{urlencode(kept)}" if "before" in request.GET else ""
    return {"total": None, "next_url": f"?{older}" if older else "", "first_url": newest}
