"""Campaigns from contacts: choose, see who fits and why others do not, make a draft for the wizard (W4)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.actions import audiences
from campaigns.actions.audiences import Audience, AudienceAsked
from campaigns.admin.wizard import place_of
from campaigns.admin.wizard.counting import told_left_out
from campaigns.forms.audiences import AudienceForm
from campaigns.models import Campaign
from campaigns.rules import UseCase
from tenants.admin import tenant_site
from tenants.admin.acting import by_of
from tenants.permissions import Capability
from tenants.rules import Refused

SHOWN = 20


def audience_page(request: HttpRequest) -> HttpResponse:
    """Show whom a choice finds; a POST makes the draft. The choice stands in the address (W6)."""
    if not tenant_site.may(request, Capability.EDIT):
        raise PermissionDenied
    form = AudienceForm(request.POST if request.method == "POST" else request.GET or None)
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        if made is not None:
            return HttpResponseRedirect(place_of(made))
    found = _found(form) if form.is_bound and form.is_valid() else None
    page = {"form": form, "title": _("Campaign from contacts"), **_told(found)}
    return render(request, "admin/campaigns/audience.html", tenant_site.each_context(request) | page)


def _found(form: AudienceForm) -> Audience:
    account = form.cleaned_data["account"]
    return audiences.audience(chosen=form.choice, account=account, now=timezone.now())


def _told(found: Audience | None) -> dict[str, object]:
    if found is None:
        return {"found": None}
    return {"found": found, "left": told_left_out(found.left_out), "sample": found.people[:SHOWN]}


def _made(request: HttpRequest, form: AudienceForm) -> Campaign | None:
    """Make the draft; what speaks against it is told on the form."""
    given = form.cleaned_data
    asked = AudienceAsked(form.choice, given["account"].code, given["name"], UseCase(given["use_case"]))
    try:
        return audiences.draft_audience(asked=asked, now=timezone.now(), by=by_of(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
