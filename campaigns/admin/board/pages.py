"""The board's page, and its live part, asked again and again while something can change."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from campaigns.admin.board.acts import may_cancel, press, shown_acts
from campaigns.admin.board.shown import shown_board
from campaigns.models import Campaign
from campaigns.queries.campaigns import campaign_numbered
from tenants.admin import tenant_site
from tenants.permissions import Capability

PAGE, PART = "admin/campaigns/board/page.html", "admin/campaigns/board/live.html"


def board_urls(site: Any) -> list[URLPattern]:
    """Return the routes of the board, behind the guard of an admin site."""
    guard = site.admin_view
    return [
        path("<int:number>/board/", guard(board_page), name="campaigns_campaign_board"),
        path("<int:number>/board/live/", guard(board_part), name="campaigns_campaign_live"),
    ]


def address_of(number: int) -> str:
    """Return the address of a campaign's board."""
    return reverse("admin:campaigns_campaign_board", args=[number])


def board_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the board, or do what a button says and show it again. Raises UnknownCampaign, Forbidden."""
    found = campaign_numbered(number=number)
    if request.method == "POST":
        tenant_site.check_may(request, Capability.EDIT)
        press(request, found)
        return HttpResponseRedirect(address_of(number))
    page = tenant_site.each_context(request) | {"title": found.name} | _shown(request, found)
    return render(request, PAGE, page)


def board_part(request: HttpRequest, number: int) -> HttpResponse:
    """Show the live part alone. Raises UnknownCampaign."""
    return render(request, PART, _shown(request, campaign_numbered(number=number)))


def _shown(request: HttpRequest, found: Campaign) -> dict[str, Any]:
    acts = {"acts": shown_acts(found), "may_cancel": may_cancel(found)}
    may_act = tenant_site.may(request, Capability.EDIT)
    return shown_board(found, now=timezone.now()) | (acts if may_act else {})
