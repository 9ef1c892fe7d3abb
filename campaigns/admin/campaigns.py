"""The list of campaigns; a draft leads to the wizard that makes it, any other to its live board."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns import queries
from campaigns.admin.audiences import audience_page
from campaigns.admin.board import address_of, board_urls
from campaigns.admin.tones import CAMPAIGN_TONES
from campaigns.admin.wizard import is_being_made, place_of, wizard_urls
from campaigns.models import Campaign
from campaigns.models.words import CAMPAIGN_STATE_LABELS
from campaigns.queries.campaigns import progress, status_of
from campaigns.rules import CampaignState
from tenants.admin import Act, Button, OwnPageModelAdmin, badge, tenant_site
from tenants.admin.columns import reader
from tenants.admin.filters import WordsFilter


class StateFilter(WordsFilter):
    """Narrows to one state; archived ones are shown only when asked for."""

    title = _("state")
    parameter_name = "state"
    words: ClassVar[dict[str, Any]] = {str(code): words for code, words in CAMPAIGN_STATE_LABELS.items()}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen state's rows."""
        if self.value() not in self.words:
            return queryset.exclude(state=CampaignState.ARCHIVED)
        return super().queryset(request, queryset)


def to_wizard(_request: HttpRequest, _none: None) -> HttpResponse:
    """Go to the wizard."""
    return HttpResponseRedirect(reverse("admin:campaigns_campaign_new"))


def to_audience(_request: HttpRequest, _none: None) -> HttpResponse:
    """Go to where contacts are chosen."""
    return HttpResponseRedirect(reverse("admin:campaigns_campaign_audience"))


@admin.register(Campaign, site=tenant_site)
class CampaignAdmin(OwnPageModelAdmin):
    """Campaigns, newest first; whoever opens one stands before its board."""

    icon = "campaign"
    in_palette = True
    list_display = ("name", "account", "standing", "done", "people", "created_at")
    list_filter = (StateFilter, "account")
    search_fields = ("name", "code")
    ordering = ("-id",)
    list_buttons = (
        Button("new", _("New campaign"), to_wizard),
        Button("audience", _("From contacts"), to_audience),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the board and the wizard."""
        page = self.admin_site.admin_view(audience_page)
        audience = path("audience/", page, name="campaigns_campaign_audience")
        own = [audience, *board_urls(self.admin_site), *wizard_urls(self.admin_site)]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        """Read the counters in the same query."""
        return queries.campaigns()

    def row_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Lead to the board, or a draft's step: whoever follows a link of the list or the log ends there."""
        found = self.get_object(request, key)
        if found is not None and is_being_made(found):
            return HttpResponseRedirect(place_of(found))
        return HttpResponseRedirect(address_of(int(key)))

    @admin.display(description=_("state"), ordering="state")
    def standing(self, found: Campaign) -> SafeString:
        """Say where it stands, in its colour."""
        return badge(found.get_state_display(), CAMPAIGN_TONES.get(CampaignState(found.state), ""))

    @admin.display(description=_("progress"))
    def done(self, found: Campaign) -> str:
        """Write the share of people who are at an end."""
        return f"{reader().number(progress(status_of(found)), 0)}\u00a0%"

    @admin.display(description=_("people"), ordering="tally__entries")
    def people(self, found: Campaign) -> str:
        """Count them."""
        return reader().number(found.tally.entries)


tenant_site.add_act(Act(_("New campaign"), "admin:campaigns_campaign_new", "add_call", 20))
