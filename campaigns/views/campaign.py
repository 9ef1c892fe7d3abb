"""One campaign: how far it is, when people answer, what they promised, why the others are not called."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.queries.campaigns import campaign_numbered
from campaigns.reports.campaign import campaign_look
from campaigns.views import choosing, files
from tenants.display.context_processors import formats_for


@require_safe
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show a campaign; `start_date` and `end_date` choose the calls (W6). Raises UnknownCampaign."""
    found = campaign_numbered(number=campaign_id)
    start, end = choosing.days(request)
    look = campaign_look(
        campaign=found, start=start, end=end, formats=formats_for(request), now=timezone.now()
    )
    shown = {"look": look, "campaign": found, "files": files.of_campaign(look.choice)}
    return render(request, "campaigns/campaign.html", shown)
