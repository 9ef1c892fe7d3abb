"""A tenant's settings of identity, and which model of weights is in force (I7b)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identity import actions
from identity.actions.choosing import Chosen, CodeClaimed, CurrencyClaimed, Milestone
from identity.forms import MilestoneForms, SettingsForm, milestones_of
from identity.matching.weighing import SHIPPED
from identity.models import MatchingModel
from identity.queries.ruleset import stored_ruleset
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.intake import is_number
from tenants.jobs.queries import names_of
from tenants.permissions import Capability
from tenants.rules import Refused

PAGE = "admin/identity/settings.html"


def settings_page(request: HttpRequest) -> HttpResponse:
    """Show the settings, or write what a form says."""
    if request.method == "POST":
        tenant_site.check_may(request, Capability.EDIT)
        act = ACTS.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        return act(request)
    stored = stored_ruleset(shipped=SHIPPED.version).settings
    form = SettingsForm(initial={name: getattr(stored, name) for name in SettingsForm.base_fields})
    return _shown(request, form, MilestoneForms(initial=milestones_of(stored)))


def _shown(request: HttpRequest, form: SettingsForm, milestones: Any) -> HttpResponse:
    stored = stored_ruleset(shipped=SHIPPED.version)
    by = stored.settings.changed_by
    page = {
        "title": _("Settings of identity"),
        "form": form,
        "milestones": milestones,
        "settings": stored.settings,
        "ruleset": stored.text,
        "changed_by": names_of(ids=[by]).get(by, "") if by else "",
        "models": list(MatchingModel.objects.defer("parameters")),
        "shipped": SHIPPED.version,
    }
    return render(request, PAGE, tenant_site.each_context(request) | page)


def save(request: HttpRequest) -> HttpResponse:
    """Write the settings; a refusal is told beside what was typed."""
    form, milestones = SettingsForm(request.POST), MilestoneForms(request.POST)
    if not (form.is_valid() and milestones.is_valid()):
        return _shown(request, form, milestones)
    lines = [one for one in milestones.cleaned_data if one.get("code")]
    rising = sorted((Milestone(one["code"], one["trips"], one["amount"]) for one in lines), key=_trips)
    try:
        changed = actions.change_settings(
            chosen=Chosen(**form.cleaned_data, milestones=rising), by=by_of(request)
        )
    except Refused as refusal:
        _place(refusal, form, milestones)
        return _shown(request, form, milestones)
    messages.success(
        request, _("Saved. Open cases are tried by it next.") if changed else _("Nothing changed.")
    )
    return HttpResponseRedirect(reverse("admin:identity_settings"))


def _place(refusal: Refused, form: SettingsForm, milestones: Any) -> None:
    """Put a refusal beside the lines of the codes that it names, beside the currency, or above all."""
    named = refusal.codes if isinstance(refusal, CodeClaimed) else ()
    stored = stored_ruleset(shipped=SHIPPED.version).settings.milestones
    places = [place for place, one in enumerate(stored) if one["code"] in named]
    lines = [milestones.forms[place] for place in places if place < len(milestones.forms)]
    for line in lines:
        line.add_error("code", str(refusal))
    if not lines:
        form.add_error("currency" if isinstance(refusal, CurrencyClaimed) else None, str(refusal))


def activate(request: HttpRequest) -> HttpResponse:
    """Put a fitted model in force."""
    number = request.POST.get("model", "")
    if not is_number(number):
        raise Http404
    return _switched(
        request,
        lambda: actions.activate_model(model=int(number), by=by_of(request)),
        _("The model is in force."),
    )


def deactivate(request: HttpRequest) -> HttpResponse:
    """Let the shipped model decide again."""
    return _switched(
        request, lambda: actions.deactivate_model(by=by_of(request)), _("The shipped model is in force.")
    )


def _switched(request: HttpRequest, switch: Any, words: str) -> HttpResponse:
    try:
        switch()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return HttpResponseRedirect(reverse("admin:identity_settings"))


def _trips(one: Milestone) -> int:
    return one.trips


ACTS = {"save": save, "activate": activate, "deactivate": deactivate}
tenant_site.add_page(
    Page("identity", "settings", "settings/", settings_page, gettext_lazy("Settings"), "tune", 6)
)
