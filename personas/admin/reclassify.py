"""Reclassify: choose which contacts, see how many would change, ask for an exact preview (R1, R9, W4)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas import actions, queries
from personas.admin.selecting import (
    CHOICES,
    Selecting,
    names_of_personas,
    selecting_of,
    texts_of_keywords,
    words_of,
)
from personas.admin.transitions import Move, transitions_of
from personas.models import Keyword, Persona
from personas.models.reclassifications import TYPE_LABELS
from personas.queries import ReclassificationView
from personas.rules import KEYWORD_LENGTH, ReclassificationType
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.intake import is_number, text_fault
from tenants.permissions import Capability
from tenants.rules import Refused

PAST = 20
KEYWORDS_OFFERED = 20
# The states of jobs by the words of this API (R1).
STATES = {"pending": "waiting", "processing": "running"}


@dataclass(frozen=True, slots=True)
class Past:
    """A reclassification in the list."""

    view: ReclassificationView
    words: str
    kind: str
    state: str
    address: str


def reclassify_page(request: HttpRequest) -> HttpResponse:
    """Show the choice, its estimate when asked for, and what was done before; a POST makes a preview."""
    if request.method == "POST":
        return _previewed(request)
    chosen = selecting_of(request.GET)
    people = list(queries.personas())
    page = {
        "title": _("Reclassify"),
        "choices": [(type, TYPE_LABELS[type], words) for type, words in CHOICES.items()],
        "chosen": chosen,
        "people": people,
        "past": _past(request, people),
    }
    if chosen:
        page |= _asked(request, chosen, people)
    return render(request, "admin/personas/reclassify.html", tenant_site.each_context(request) | page)


def address_of(job_id: object, step: str = "", **args: object) -> str:
    """Return the address of one reclassification or of a step of it."""
    return reverse(f"admin:personas_reclassification{step}", kwargs={"job_id": job_id} | args)


def preview(request: HttpRequest, chosen: Selecting) -> HttpResponse:
    """Ask for an exact preview and go to it; a refusal is told where it was asked for."""
    try:
        job = actions.reclassify(type=chosen.type, params=chosen.params, dry_run=True, by=by_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(f"{reverse('admin:personas_reclassify')}?{chosen.query}")
    messages.success(request, _("The preview is queued. It changes no contact."))
    return HttpResponseRedirect(address_of(job.id))


def _previewed(request: HttpRequest) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    chosen = selecting_of(request.POST)
    if chosen is None:
        raise Http404
    return preview(request, chosen)


def _asked(request: HttpRequest, chosen: Selecting, people: list[Persona]) -> dict[str, Any]:
    """Return what the chosen type needs, and the estimate once its parameter is given."""
    words = words_of(
        chosen.type, chosen.params, names_of_personas(people), texts_of_keywords([chosen.params])
    )
    shown: dict[str, Any] = {"words": words, "offered": _offered(request, chosen)}
    if "estimate" not in request.GET:
        return shown
    try:
        seen = actions.estimate(type=chosen.type, params=chosen.params)
    except Refused as refusal:
        return shown | {"refusal": str(refusal)}
    pairs = [(old, new, contacts) for (old, new), contacts in seen.transitions.items()]
    table = transitions_of(pairs, people)
    names = names_of_personas(people)
    samples = [
        Move.of(one.contact_id, one.job_title, one.old_persona, one.new_persona, names)
        for one in seen.sample_contacts
    ]
    return shown | {"seen": seen, "transitions": table, "samples": samples}


def _offered(request: HttpRequest, chosen: Selecting) -> list[Keyword]:
    """Return the keywords that hold what was typed, to choose one from."""
    text = request.GET.get("q", "").strip()
    if chosen.type is not ReclassificationType.BY_KEYWORD or not text:
        return []
    if len(text) > KEYWORD_LENGTH or text_fault(text):
        return []
    return list(queries.keywords(text=text)[:KEYWORDS_OFFERED])


def _past(request: HttpRequest, people: list[Persona]) -> dict[str, Any]:
    skip = int(request.GET["skip"]) if is_number(request.GET.get("skip", "")) else 0
    skip = min(skip, 1_000_000)
    found = queries.reclassifications(limit=PAST + 1, skip=skip)
    names, texts = names_of_personas(people), texts_of_keywords([view.params for view in found])
    return {
        "rows": [
            Past(
                view=view,
                words=words_of(view.job_type, view.params, names, texts),
                kind=kind_of(view),
                state=STATES.get(view.status, view.status),
                address=address_of(view.job_id),
            )
            for view in found[:PAST]
        ],
        "older": f"?{urlencode({'skip': skip + PAST})}#past" if len(found) > PAST else "",
        "newer": f"?{urlencode({'skip': skip - PAST})}#past" if skip > PAST else "?#past" if skip else "",
    }


def kind_of(view: ReclassificationView) -> str:
    """Say in a word what a reclassification writes."""
    if view.job_type == ReclassificationType.UNDO:
        return _("undo")
    return _("preview") if view.dry_run else _("applied")


tenant_site.add_page(
    Page(
        "personas",
        "reclassify",
        "reclassify/",
        reclassify_page,
        gettext_lazy("Reclassify"),
        "published_with_changes",
        3,
    )
)
