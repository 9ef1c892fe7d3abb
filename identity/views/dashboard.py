"""The manager's page: does the red backlog fall, if not why, and how the work on it does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity.queries.leads import NoLeads
from identity.reports import addresses
from identity.reports.recovery import Recovery, recovery
from tenants.display import asked
from tenants.display.context_processors import formats_for

DAYS = ("7", "14", "30", "90")


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the red backlog over `days` days, why it is red, and how jobs and alerts stand (W6)."""
    try:
        look = looked(request)
    except NoLeads:
        return render(request, "identity/dashboard.html", {"is_empty": True})
    files = addresses.reports("dashboard", look.params)
    page = {"look": look, "days": DAYS, "chosen": look.params["days"], "files": files}
    return render(request, "identity/dashboard.html", page)


def looked(request: HttpRequest) -> Recovery:
    """Return the look that the page's parameters ask for. Raises NoLeads."""
    days = int(asked.one_of(request, "days", DAYS, "14"))
    return recovery(days=days, now=timezone.now(), formats=formats_for(request))
