"""One reclassification: its live bar, its result, and what may still be done with it (R2-R8, W2, W4)."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas import actions, queries
from personas.admin.reclassify import address_of, kind_of, preview
from personas.admin.selecting import names_of_personas, selecting_again, texts_of_keywords, words_of
from personas.admin.transitions import Move, transitions_of
from personas.models import ListedChange, Persona, Reclassification
from personas.queries import ReclassificationView
from personas.rules import SAMPLE_CHANGES, Outcome, ReclassificationType
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.jobs import queries as jobs
from tenants.jobs.models import Job
from tenants.jobs.progress import progress_of
from tenants.permissions import Capability
from tenants.rules import Refused

WHY_LEFT: dict[Outcome, str | Promise] = {
    Outcome.CHANGED: gettext_lazy("changed since"),
    Outcome.HELD: gettext_lazy("locked since"),
    Outcome.FAILED: gettext_lazy("cannot be written"),
}


def reclassification_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show one. Raises UnknownReclassification."""
    # The job first: a bar that has ended asks no more, so what is read after it must have ended too.
    job, view = jobs.job(job_id=job_id), queries.reclassification(job_id=job_id)
    people = list(queries.personas())
    names = names_of_personas(people)
    page = {
        "title": words_of(view.job_type, view.params, names, texts_of_keywords([view.params])),
        "view": view,
        "kind": kind_of(view),
        "again": selecting_again(view.job_type, view.params),
        "is_stale": view.can_apply and view.revision != queries.revision().number,
        "related": _related(view),
    }
    page |= _bar(view, job) | _result(view, people, names)
    return render(request, "admin/personas/reclassification.html", tenant_site.each_context(request) | page)


def bar_part(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Return the bar alone; once the work has ended the page is asked for again, to show the result."""
    job, view = jobs.job(job_id=job_id), queries.reclassification(job_id=job_id)
    answer = render(request, "display/progress.html", _bar(view, job))
    if view.completed_at:
        answer["HX-Refresh"] = "true"
    return answer


def act_on(request: HttpRequest, job_id: UUID, name: str) -> HttpResponse:
    """Cancel, apply, undo or preview again, and go to where it shows. Raises UnknownReclassification."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    tenant_site.check_may(request, Capability.EDIT)
    act, view = ACTS.get(name), queries.reclassification(job_id=job_id)
    if act is None:
        raise Http404
    try:
        return act(request, view)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(address_of(job_id))


def cancel(request: HttpRequest, view: ReclassificationView) -> HttpResponse:
    """Ask for the end (R6)."""
    actions.cancel_reclassification(job_id=view.job_id, by=by_of(request))
    messages.success(request, _("Cancelling. What is done until then is kept."))
    return HttpResponseRedirect(address_of(view.job_id))


def apply(request: HttpRequest, view: ReclassificationView) -> HttpResponse:
    """Write what this preview lists; refused when the rules moved (R2)."""
    job = actions.reclassify(
        type=ReclassificationType(view.job_type),
        params=view.params,
        dry_run=False,
        preview_job_id=view.job_id,
        by=by_of(request),
    )
    messages.success(request, _("Applying the preview."))
    return HttpResponseRedirect(address_of(job.id))


def undo(request: HttpRequest, view: ReclassificationView) -> HttpResponse:
    """Take the changes back (R8)."""
    job = actions.undo_reclassification(job_id=view.job_id, by=by_of(request))
    messages.success(request, _("Undoing."))
    return HttpResponseRedirect(address_of(job.id))


def preview_again(request: HttpRequest, view: ReclassificationView) -> HttpResponse:
    """Make a new preview of the same contacts by the present rules."""
    again = selecting_again(view.job_type, view.params)
    if again is None:
        raise Http404
    return preview(request, again)


ACTS: Mapping[str, Callable[[HttpRequest, ReclassificationView], HttpResponse]] = {
    "cancel": cancel,
    "apply": apply,
    "undo": undo,
    "again": preview_again,
}


def _bar(view: ReclassificationView, job: Job) -> dict[str, Any]:
    links = {"cancel": address_of(view.job_id, "_act", name="cancel")} if view.can_cancel else {}
    seen = asdict(progress_of(job, now=timezone.now(), links=links))
    if view.dry_run and "updated" in seen["counters"]:
        # Counted in the same place (R1), but nothing was updated.
        seen["counters"] = {"would_change": seen["counters"].pop("updated"), **seen["counters"]}
    return {"progress": seen, "progress_url": address_of(view.job_id, "_bar")}


def _result(view: ReclassificationView, people: list[Persona], names: Mapping[str, str]) -> dict[str, Any]:
    found = view.result
    if not found:
        return {}
    moves = [(one["old_persona"], one["new_persona"], one["contacts"]) for one in found["transitions"] or ()]
    gained = sorted(found["persona_breakdown"].items(), key=lambda pair: -pair[1])
    samples = [
        Move.of(one["contact_id"], one["job_title"], one["old_persona"], one["new_persona"], names)
        for one in found["sample_changes"]
    ]
    return {
        "result": found,
        "transitions": transitions_of(moves, people),
        "gained": [(names.get(code, code), code, count) for code, count in gained],
        "samples": samples,
        "left": _left(view, people),
    }


def _left(view: ReclassificationView, people: list[Persona]) -> list[Move]:
    """Return the first contacts that the job listed and left, with why (R8). Two queries."""
    if view.dry_run:
        return []
    of = Reclassification.objects.only("id", "preview").get(job=view.job_id)
    kept = ListedChange.objects.filter(of=of.list_id, outcome__in=list(WHY_LEFT)).order_by("contact_id")
    names = {persona.pk: persona.name for persona in people}
    rows = kept.values_list("contact_id", "contact__job_title", "old", "new", "outcome")[:SAMPLE_CHANGES]
    return [
        Move(
            str(contact),
            title or "",
            names.get(old, "–"),
            names.get(new, "–"),
            WHY_LEFT[Outcome(outcome)],
        )
        for contact, title, old, new, outcome in rows
    ]


def _related(view: ReclassificationView) -> list[tuple[str, str]]:
    """Return the jobs that this one stands between: what it applies, undoes, and who undid it."""
    applied = Reclassification.objects.filter(preview__job=view.job_id).values_list("job", flat=True).first()
    named = (
        (_("Applied by"), applied),
        (_("The preview that it applies"), view.preview_job_id),
        (_("The reclassification that it undoes"), view.undoes_job_id),
        (_("Undone by"), view.undone_by_job_id),
    )
    return [(label, address_of(job_id)) for label, job_id in named if job_id]


ONE = "reclassify/<uuid:job_id>/"
for page in (
    Page("personas", "reclassification", ONE, reclassification_page),
    Page("personas", "reclassification_bar", f"{ONE}bar/", bar_part),
    Page("personas", "reclassification_act", f"{ONE}<slug:name>/", act_on),
):
    tenant_site.add_page(page)
