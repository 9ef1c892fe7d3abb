"""Money: how far leads come, what they are worth, what became of it, and what nobody has asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from identity.queries.claims_gap import claims_gap
from identity.queries.leads import NoLeads
from identity.queries.milestones import milestone_codes
from identity.queries.money import currency
from identity.reports import addresses
from identity.reports.worth import Worth, worth
from identity.views import choosing, files
from identity.views.choosing import PAGE, Chosen
from tenants.display import asked
from tenants.display.context_processors import formats_for

WEEKS = ("12", "26", "52")


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Show the funnel of the last `weeks` weeks, and all claims by milestone (W6)."""
    try:
        look = looked(request)
    except NoLeads:
        return render(request, "identity/money.html", {"is_empty": True})
    return render(request, "identity/money.html", _page(look))


def looked(request: HttpRequest) -> Worth:
    """Return the look that the page's parameters ask for. Raises NoLeads."""
    span = int(asked.one_of(request, "weeks", WEEKS, "12"))
    return worth(weeks=span, now=timezone.now(), formats=formats_for(request))


def _page(look: Worth) -> dict[str, object]:
    return {
        "look": look,
        "currency": look.currency,
        "milestones": [(one, addresses.gaps(milestone=one.code)) for one in look.milestones],
        "rows": [(week, addresses.leads(week=week.week_start)) for week in look.weeks if week.week_start],
        "weeks": WEEKS,
        "shown_weeks": look.params["weeks"],
        "reports": addresses.reports("money", look.params),
        "files": [
            (_("leads (%(form)s)") % {"form": form}, href) for form, href in files.addresses("money", {})
        ],
    }


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Show reached milestones that nobody has claimed, narrowed by `milestone`, `week` and dates (W6)."""
    chosen = choosing.chosen(request)
    milestone = asked.text(request, "milestone")
    page = {"chosen": chosen, "milestone": milestone, "codes": milestone_codes(), "currency": currency()}
    return render(request, "identity/gaps.html", page | _gaps(chosen, milestone))


def _gaps(chosen: Chosen, milestone: str) -> dict[str, object]:
    found = claims_gap(chosen=chosen.choice, milestone=milestone or None, limit=PAGE, offset=chosen.offset)
    params = chosen.params | ({"milestone": milestone} if milestone else {})
    return {
        "found": found,
        "rows": found.rows,
        "files": files.addresses("gaps", params),
        "pages": choosing.pages(params, offset=chosen.offset, shown=len(found.rows), total=found.total),
        "is_narrowed": bool(params),
    }
