"""A tenant's settings of campaigns: how long what was said is kept, when staff are alerted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import actions
from campaigns.forms.settings import CampaignSettingsForm
from campaigns.models import CampaignSettings
from tenants.admin import Page, tenant_site
from tenants.admin.acting import by_of
from tenants.jobs.queries import names_of
from tenants.permissions import Capability

PAGE = "admin/campaigns/calls/settings.html"


def settings_page(request: HttpRequest) -> HttpResponse:
    """Show the settings, or write what the form says. Raises Forbidden."""
    stored = CampaignSettings.objects.filter(pk=1).first() or CampaignSettings()
    initial = {name: getattr(stored, name) for name in CampaignSettingsForm.base_fields}
    form = CampaignSettingsForm(request.POST or None, initial=initial)
    if request.method == "POST":
        tenant_site.check_may(request, Capability.EDIT)
        if form.is_valid():
            changed = actions.change_settings(**form.cleaned_data, by=by_of(request))
            messages.success(request, _("Saved.") if changed else _("Nothing changed."))
            return HttpResponseRedirect(reverse("admin:campaigns_settings"))
    by = stored.changed_by
    page = {
        "title": _("Settings of campaigns"),
        "form": form,
        "settings": stored,
        "changed_by": names_of(ids=[by]).get(by, "") if by else "",
    }
    return render(request, PAGE, tenant_site.each_context(request) | page)


tenant_site.add_page(
    Page(
        "campaigns",
        "settings",
        "settings/",
        settings_page,
        label=gettext_lazy("Settings of campaigns"),
        icon="tune",
        position=90,
    )
)
