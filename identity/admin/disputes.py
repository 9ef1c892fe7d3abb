"""What jobs leave to people: two persons that may be one, and origins that two kinds claim (I9, Origin)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identity import actions
from identity.actions.people.refusals import UnknownProposal
from identity.admin.inbox_acts import note_of
from identity.models import Link, Origin, Person
from identity.models.words import CONFIDENCE_LABELS, IDENTIFIER_LABELS, RULE_LABELS, SOURCE_LABELS
from identity.queries.evidence import Known, known
from identity.queries.stories import proposals_open
from identity.rules import ORIGIN_KINDS, OriginStatus, Source
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.intake import is_number
from tenants.permissions import Capability
from tenants.rules import Refused

SHOWN = 25


def proposals_page(request: HttpRequest) -> HttpResponse:
    """Show the oldest proposals, or answer one."""
    if request.method == "POST":
        return _answered(request)
    rows = list(proposals_open().order_by("pk")[:SHOWN])
    facts = known(persons={key for one in rows for key in (one.one_id, one.other_id)}, drivers=())
    page = {
        "title": _("Merge proposals"),
        "rows": [(one, [_side(person, facts) for person in (one.one, one.other)]) for one in rows],
        "total": proposals_open().count(),
    }
    return render(request, "admin/identity/proposals.html", tenant_site.each_context(request) | page)


def origins_page(request: HttpRequest) -> HttpResponse:
    """Show the origins that two kinds claim; the person's own page decides them."""
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET"])
    waiting = Origin.objects.filter(status=OriginStatus.PENDING_REVIEW)
    rows = list(waiting.select_related("person").order_by("changed_at", "pk")[:SHOWN])
    links: dict[UUID, list[dict[str, Any]]] = {}
    for link in Link.objects.filter(person__in=[one.pk for one in rows], source__in=ORIGIN_KINDS):
        links.setdefault(link.person_id, []).append(_claim(link))
    page = {
        "title": _("Origins to review"),
        "rows": [(one, _rivals(one, links.get(one.pk, []))) for one in rows],
        "total": waiting.count(),
    }
    return render(request, "admin/identity/origins.html", tenant_site.each_context(request) | page)


def _answered(request: HttpRequest) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    number, answer = request.POST.get("proposal", ""), request.POST.get("do", "")
    if answer not in {"accept", "refuse"} or not is_number(number):
        raise Http404
    accept = answer == "accept"
    try:
        change = actions.answer_proposal(
            proposal_id=int(number), accept=accept, by=by_of(request), note=note_of(request)
        )
    except UnknownProposal as error:
        raise Http404 from error
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:identity_proposals"))
    messages.success(request, _("Merged.") if accept else _("Noted: the two are not proposed again."))
    if change is not None:
        return HttpResponseRedirect(reverse("admin:identity_person_change", args=[change.kept_id]))
    return HttpResponseRedirect(reverse("admin:identity_proposals"))


def _side(person: Person, facts: Known) -> dict[str, Any]:
    counts = facts.links.get(person.pk, {})
    return {
        "person": person,
        "leads": counts.get(Source.CABINET, 0),
        "accounts": counts.get(Source.DRIVER, 0),
        "identifiers": [
            (IDENTIFIER_LABELS[one.kind], one.value) for one in facts.identifiers.get(person.pk, ())
        ],
    }


def _claim(link: Link) -> dict[str, Any]:
    return {
        "link": link,
        "source": SOURCE_LABELS.get(link.source, link.source),
        "rule": RULE_LABELS.get(link.rule, link.rule),
        "confidence": CONFIDENCE_LABELS.get(link.confidence, link.confidence),
    }


def _rivals(origin: Origin, claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the links that claim to be the origin, what the system holds for it first."""
    chosen = (origin.kind, origin.source_pk)
    told = [{**one, "is_chosen": (one["link"].source, one["link"].source_pk) == chosen} for one in claims]
    return sorted(told, key=lambda one: (not one["is_chosen"], one["link"].linked_at))


tenant_site.add_page(
    Page("identity", "proposals", "proposals/", proposals_page, gettext_lazy("Merge proposals"), "merge", 2)
)
tenant_site.add_page(
    Page("identity", "origins", "origins/", origins_page, gettext_lazy("Origins to review"), "alt_route", 3)
)
