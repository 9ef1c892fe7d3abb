"""The viewers' dashboard of campaigns: what calls came to, what runs, what needs a look."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaigns.models.words import USE_CASE_LABELS
from campaigns.reports import addresses
from campaigns.reports.dashboard import DashboardLook, dashboard_look
from campaigns.views import choosing, files
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.paging import Pages

PAGE = 25
PRESETS = (7, 30, 90)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what `account`, `campaign` and `use_case` came to from `start_date` to `end_date` (W6)."""
    formats = formats_for(request)
    chosen = choosing.chosen(request, zone=str(formats.zone))
    if not chosen.campaigns:
        return render(request, "campaigns/dashboard.html", {"is_empty": True})
    before = asked.number(request, "before")
    look = dashboard_look(choice=chosen.in_days(), formats=formats, most=PAGE, before=before)
    page = {"look": look, "chosen": look.choice, "options": chosen, "use_cases": USE_CASE_LABELS.items()}
    page |= {"presets": _presets(chosen, *look.choice.bounds), "is_narrowed": bool(chosen.params)}
    page |= {"pages": _pages(request, chosen, look), "files": files.of_dashboard(chosen.in_effect)}
    return render(request, "campaigns/dashboard.html", page)


def _pages(request: HttpRequest, chosen: choosing.Chosen, look: DashboardLook) -> Pages:
    older = addresses.dashboard(**chosen.params, before=look.further) if look.further else ""
    first = addresses.dashboard(**chosen.params) if request.GET.get("before") else ""
    return Pages(len(look.lines), older, first)


def _presets(chosen: choosing.Chosen, start: date, end: date) -> list[tuple[int, str, bool]]:
    """Return (days, address, is shown) of the usual periods."""
    kept: Mapping[str, str] = {
        name: value for name, value in chosen.params.items() if not name.endswith("_date")
    }
    today = choosing.today_of(chosen.choice)
    found = [(days, today - timedelta(days=days - 1)) for days in PRESETS]
    return [
        (days, addresses.dashboard(**kept, start_date=first, end_date=today), (first, today) == (start, end))
        for days, first in found
    ]
