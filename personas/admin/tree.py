"""The tree of personas and keywords: counts, faults, every change by a form, what it would move (P9, P10)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personas import actions, queries
from personas.admin import tree_acts
from personas.admin.selecting import estimate_query
from personas.admin.tree_acts import Done, NotDone
from personas.admin.tree_rows import Asked, asked_of, choosable, edit_form, fit_text, tree_of
from personas.models import Keyword
from personas.rules import ReclassificationType
from tenants.admin import Page, tenant_site
from tenants.permissions import Capability
from tenants.rules import Refused

PAGE, ROWS, ROW, OFFER = (
    f"admin/personas/{name}.html" for name in ("tree", "tree_keywords", "tree_keyword", "tree_offer")
)
# Servers refuse addresses of more than 4 KB; so many texts are better told as "all contacts".
LONGEST_OFFER = 1_500


def tree_page(request: HttpRequest) -> HttpResponse:
    """Show the tree, or a part of it that the page asks for, or do what a form asks for."""
    if request.method == "POST":
        return _pressed(request)
    part = PARTS.get(request.GET.get("part", ""))
    return part(request) if part else _shown(request, asked_of(request.GET))


def _shown(request: HttpRequest, asked: Asked, **refused: Any) -> HttpResponse:
    page = {
        "title": _("Personas and keywords"),
        "tree": tree_of(asked, refused=refused),
        "asked": asked,
        "offer": _offer(request),
    }
    return render(request, PAGE, tenant_site.each_context(request) | page)


def _pressed(request: HttpRequest) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    asked = asked_of(request.POST)
    try:
        done = tree_acts.act(request)
    except Refused as refusal:
        messages.error(request, str(refusal))
        done = Done()
    if isinstance(done, NotDone):
        return _shown(request, _opened(asked, done), **{done.place: done.form})
    return HttpResponseRedirect(f"{_address()}?{_query_after(asked, done)}")


def _opened(asked: Asked, refused: NotDone) -> Asked:
    """Open what holds the refused form, and narrow to nothing that might hide it."""
    code = str(refused.form.data.get("persona", ""))
    edited = int(refused.form.data["keyword"]) if refused.place == "edit" else 0
    if edited:
        code = Keyword.objects.values_list("persona__code", flat=True).get(pk=edited)
    return replace(asked, open=asked.open | {code}, edit=edited, focus="")


def _query_after(asked: Asked, done: Done) -> str:
    opened = replace(asked, open=asked.open | ({done.open} if done.open else set()))
    told: dict[str, object] = {"focus": done.focus}
    if done.affected is None or len(urlencode({"changed": done.affected}, doseq=True)) > LONGEST_OFFER:
        told["changed_all"] = "1"
    else:
        told["changed"] = list(done.affected)
    return opened.address(**told)


def _offer(request: HttpRequest) -> dict[str, Any] | None:
    """Return what a change just made touches, as a question for its reclassification (P9)."""
    texts = [text for text in map(fit_text, request.GET.getlist("changed")) if text]
    if not texts and "changed_all" not in request.GET:
        return None
    return {"texts": texts, "query": estimate_query(texts), "part": request.GET.urlencode()}


def _rows_part(request: HttpRequest) -> HttpResponse:
    """Return the keywords of a persona, for the page that opens it."""
    asked = asked_of(request.GET)
    tree = tree_of(asked)
    row = next((row for row in tree.personas if row.persona.code in asked.open), None)
    if row is None:
        raise Http404
    return render(request, ROWS, {"row": row, "asked": asked})


def _row_part(request: HttpRequest) -> HttpResponse:
    """Return the form of one keyword, for the row that it replaces."""
    asked = asked_of(request.GET)
    keyword = Keyword.objects.select_related("persona").filter(pk=asked.edit).first()
    if keyword is None:
        raise Http404
    form = edit_form(keyword, choosable(list(queries.personas())))
    return render(request, ROW, {"one": {"keyword": keyword, "form": form}, "asked": asked})


def _offer_part(request: HttpRequest) -> HttpResponse:
    """Return the offer with its numbers: on many contacts they take longer than the page."""
    offer = _offer(request)
    if offer is None:
        raise Http404
    texts = offer["texts"]
    try:
        seen = actions.estimate(
            type=ReclassificationType.AFFECTED if texts else ReclassificationType.ALL,
            params={"keywords": texts} if texts else {},
        )
    except Refused as refusal:
        return render(request, OFFER, {"offer": offer, "refusal": str(refusal)})
    return render(request, OFFER, {"offer": offer, "seen": seen})


PARTS = {"keywords": _rows_part, "keyword": _row_part, "offer": _offer_part}


def _address() -> str:
    return reverse("admin:personas_tree")


tenant_site.add_page(
    Page("personas", "tree", "tree/", tree_page, gettext_lazy("Personas and keywords"), "account_tree", 1)
)
