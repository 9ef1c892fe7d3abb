"""The jobs of identity as they run, and what the guardrails found last (I11-I14, I19, W2)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identity.actions import draining
from identity.queries.guardrails import Guardrail, Standing
from identity.queries.words import GUARDRAIL_LABELS
from identity.rules import JobKind
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.display.progress import bar_of
from tenants.jobs import queries as jobs
from tenants.jobs.models import Job
from tenants.jobs.progress import progress_of
from tenants.jobs.rules import LIVE, State
from tenants.jobs.runner import label_of
from tenants.permissions import Capability
from tenants.rules import Refused

ENDED = 25
# What a person may start; imports begin with a file, and old rows are forgotten by the clock.
STARTED = (JobKind.SEED, JobKind.RECOVER, JobKind.RECONCILE, JobKind.CLAIMS, JobKind.VERIFY)
MEANINGS: Mapping[Guardrail, Any] = {
    Guardrail.DRAIN: gettext_lazy("No lead of a matched row is red."),
    Guardrail.KEY: gettext_lazy("Every link of the cabinet is a lead's."),
    Guardrail.ORIGIN: gettext_lazy("Every linked person has one, and every origin its link."),
    Guardrail.NUMBERS: gettext_lazy("What entered the backlog less what left it is what is red."),
}
STANDINGS: Mapping[str, tuple[Any, str]] = {
    Standing.PASSED: (gettext_lazy("passed"), "good"),
    Standing.FAILED: (gettext_lazy("failed"), "bad"),
    Standing.VACUOUS: (gettext_lazy("nothing to check"), "warn"),
}


def runs_page(request: HttpRequest) -> HttpResponse:
    """Show what runs, what ran and what runs next; a POST starts a job."""
    if request.method == "POST":
        return _started(request, "admin:identity_runs")
    kinds = list(JobKind)
    found = Job.objects.filter(kind__in=kinds).order_by("-id")
    coming = jobs.next_runs(now=timezone.now())
    page = {
        "title": _("Runs of identity"),
        "live": [_bar(job) for job in found.live()],
        "ended": [_row(job) for job in found.exclude(state__in=LIVE)[:ENDED]],
        "starts": [(kind, label_of(kind), coming.get(kind)) for kind in STARTED],
    }
    return render(request, "admin/identity/runs.html", tenant_site.each_context(request) | page)


def guardrails_page(request: HttpRequest) -> HttpResponse:
    """Show what the newest check found; a POST starts another."""
    if request.method == "POST":
        return _started(request, "admin:identity_guardrails")
    checks = Job.objects.filter(kind=JobKind.VERIFY).order_by("-id")
    live = next((job for job in checks[:3] if job.is_live), None)
    done = checks.filter(state=State.COMPLETED).first()
    newest = checks.first()
    page = {
        "title": _("Guardrails"),
        "live": _bar(live) if live else None,
        "job": done,
        "failed": newest if newest and newest.state == State.FAILED else None,
        "checks": [_check(one, (done.result or {}).get(str(one), {})) for one in Guardrail] if done else [],
        "next_at": jobs.next_runs(now=timezone.now()).get(JobKind.VERIFY),
    }
    return render(request, "admin/identity/guardrails.html", tenant_site.each_context(request) | page)


def _started(request: HttpRequest, page: str) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    kind = request.POST.get("kind", "")
    if kind not in STARTED:
        raise Http404
    try:
        found = draining.start(kind=JobKind(kind), by=by_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("It runs already.") if found.already_running else _("It is queued.")
        messages.success(request, f"{label_of(kind)}: {words}")
    return HttpResponseRedirect(reverse(page))


def _bar(job: Job) -> dict[str, Any]:
    press = reverse("admin:jobs_job_press", args=[job.pk, "cancel"])
    links = {"cancel": press} if job.cancel_requested_at is None else {}
    return {
        "job": job,
        "label": label_of(job.kind),
        "progress": asdict(progress_of(job, now=timezone.now(), links=links)),
        "url": reverse("admin:jobs_job_bar", args=[job.pk]),
    }


def _row(job: Job) -> dict[str, Any]:
    seen = bar_of(progress_of(job, now=timezone.now()), formats=reader(), now=timezone.now())
    return {"job": job, "label": label_of(job.kind), "counters": seen.counters, "took": job.took}


def _check(one: Guardrail, found: Mapping[str, Any]) -> dict[str, Any]:
    standing, tone = STANDINGS.get(found.get("status", ""), (_("not checked"), ""))
    offenders = found.get("offenders") or []
    return {
        "label": GUARDRAIL_LABELS[one],
        "meaning": MEANINGS[one],
        "name": str(one),
        "standing": standing,
        "tone": tone,
        "checked": found.get("checked"),
        "offending": found.get("offenders_count", 0),
        "headings": list(offenders[0]) if offenders else [],
        "offenders": [list(row.values()) for row in offenders],
    }


tenant_site.add_page(Page("identity", "runs", "runs/", runs_page, gettext_lazy("Runs"), "sync", 4))
tenant_site.add_page(
    Page("identity", "guardrails", "guardrails/", guardrails_page, gettext_lazy("Guardrails"), "verified", 5)
)
