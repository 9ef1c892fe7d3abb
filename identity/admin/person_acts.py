"""Make one person of two, or two of one: chosen, looked at, confirmed, and taken back (I9, W4)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from identity import actions, queries
from identity.actions.people import SAID
from identity.admin.inbox_acts import note_of
from identity.admin.inbox_asked import fit
from identity.admin.person_page import story_of
from identity.admin.sightings import sought_in
from identity.models import Link, Person, PersonChange
from identity.queries.finding import first_found, persons_found
from identity.rules import OriginStatus
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.intake import is_number, is_uuid
from tenants.permissions import Capability
from tenants.rules import Refused

FOUND = 20


def merge_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose another person, see what would move, merge. Raises UnknownPerson."""
    person = queries.person(key=key)
    if request.method == "POST":
        return _done(request, person, _merge)
    chosen = request.GET.get("other", "")
    other = queries.person(key=UUID(chosen)) if is_uuid(chosen) and chosen != str(key) else None
    who = fit(request.GET.get("who", ""))
    found = _found(request, person, who) if who else []
    page = {
        "title": _("Merge %(person)s") % {"person": person},
        "person": person,
        "other": other,
        "sides": [_side(one) for one in (person, other)] if other else [],
        "who": who,
        "found": found[:FOUND],
        "found_more": len(found) > FOUND,
    }
    return render(request, "admin/identity/merge.html", tenant_site.each_context(request) | page)


def split_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tick the links that are somebody else's. Raises UnknownPerson."""
    person = queries.person(key=key)
    if request.method == "POST":
        return _done(request, person, _split)
    page = {"title": _("Split %(person)s") % {"person": person}, **story_of(person)}
    return render(request, "admin/identity/split.html", tenant_site.each_context(request) | page)


def undo_page(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Take a merge or a split back."""
    tenant_site.check_may(request, Capability.EDIT)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    change = PersonChange.objects.filter(pk=change_id).first()
    if change is None:
        raise Http404
    try:
        actions.undo_change(change_id=change_id, by=by_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back: everything is as it was before."))
    return HttpResponseRedirect(_address(change.kept_id))


def origin_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Decide where a person came from."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return _done(request, queries.person(key=key), _decide)


def unlink_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a lead of the person back to the backlog."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return _done(request, queries.person(key=key), _unlink)


def _done(
    request: HttpRequest, person: Person, act: Callable[[HttpRequest, Person], tuple[UUID, str]]
) -> HttpResponse:
    """Do it and go to who stays; a refusal leads back to the person, and nothing was written."""
    tenant_site.check_may(request, Capability.EDIT)
    try:
        stays, words = act(request, person)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_address(person.pk))
    messages.success(request, words)
    after = request.POST.get("after", "")
    return HttpResponseRedirect(reverse(AFTER[after]) if after in AFTER else _address(stays))


def _merge(request: HttpRequest, person: Person) -> tuple[UUID, str]:
    kept, other = request.POST.get("kept", ""), request.POST.get("other", "")
    if not is_uuid(other) or kept not in {str(person.pk), other}:
        raise Http404
    gone = UUID(other) if kept == str(person.pk) else person.pk
    actions.merge_persons(kept=UUID(kept), gone=gone, by=by_of(request), note=note_of(request))
    return UUID(kept), _("Merged. It can be taken back below.")


def _split(request: HttpRequest, person: Person) -> tuple[UUID, str]:
    links = [int(one) for one in request.POST.getlist("link") if is_number(one)]
    actions.split_person(person=person.pk, links=links, by=by_of(request), note=note_of(request))
    words = ngettext(
        "%(count)d link belongs to a new person now. It can be taken back below.",
        "%(count)d links belong to a new person now. It can be taken back below.",
        len(links),
    )
    return person.pk, words % {"count": len(links)}


def _decide(request: HttpRequest, person: Person) -> tuple[UUID, str]:
    status, link = request.POST.get("status", ""), request.POST.get("link", "")
    if status not in SAID or (link and not is_number(link)):
        raise Http404
    chosen = int(link) if link else None
    actions.decide_origin(person=person.pk, status=OriginStatus(status), link=chosen, by=by_of(request))
    return person.pk, _("The origin is decided; no job decides it again.")


def _unlink(request: HttpRequest, person: Person) -> tuple[UUID, str]:
    number = request.POST.get("link", "")
    if not is_number(number) or not Link.objects.filter(pk=int(number), person=person).exists():
        raise Http404
    lead = actions.unlink(link_id=int(number), by=by_of(request))
    return person.pk, _("%(lead)s is red again, and no run links it to this person.") % {"lead": lead}


def _found(request: HttpRequest, person: Person, who: str) -> list[Person]:
    asked = sought_in(request, who)
    found = persons_found(words=asked.words, keys=asked.keys, text=asked.text)
    return first_found(found.exclude(pk=person.pk), FOUND + 1)


def _side(person: Person) -> dict[str, Any]:
    """Return what one of the two brings."""
    told = story_of(person)
    return {**told, "href": _address(person.pk), "counts": len(told["evidence"])}


def _address(key: UUID) -> str:
    return reverse("admin:identity_person_change", args=[key])


AFTER = {"origins": "admin:identity_origins", "proposals": "admin:identity_proposals"}
ONE = "person/<uuid:key>/"
for page in (
    Page("identity", "merge", f"{ONE}merge/", merge_page),
    Page("identity", "split", f"{ONE}split/", split_page),
    Page("identity", "origin", f"{ONE}origin/", origin_page),
    Page("identity", "unlink", f"{ONE}unlink/", unlink_page),
    Page("identity", "undo", "change/<uuid:change_id>/undo/", undo_page),
):
    tenant_site.add_page(page)
