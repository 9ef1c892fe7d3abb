"""Money: how far leads come, what they are worth, what became of it, and what nobody has asked for."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity.queries.audit import funnel, weekly_audit
from identity.queries.claims_gap import claims_gap
from identity.queries.leads import has_leads
from identity.queries.milestones import milestone_codes, milestones
from identity.queries.money import currency
from identity.views import addresses, charts, choosing, files
from identity.views.choosing import PAGE, Chosen
from tenants.display import asked
from tenants.display.context_processors import formats_for
from tenants.display.formats import Formats

WEEKS = ("12", "26", "52")


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """Show the funnel of the last `weeks` weeks, and all claims by milestone (W6)."""
    count = asked.one_of(request, "weeks", WEEKS, "12")
    if not has_leads():
        return render(request, "identity/money.html", {"is_empty": True})
    code = currency()
    page = _milestones(code) | _funnel(int(count), code, formats_for(request))
    page |= {"weeks": WEEKS, "shown_weeks": count, "currency": code, "files": files.addresses("money", {})}
    return render(request, "identity/money.html", page)


def _milestones(code: str) -> dict[str, object]:
    standing = milestones()
    return {
        "amounts": charts.amounts(standing, code),
        "milestones": [(one, addresses.gaps(milestone=one.code)) for one in standing],
    }


def _funnel(count: int, code: str, formats: Formats) -> dict[str, object]:
    today = timezone.localdate(timezone=formats.zone)
    weeks = weekly_audit(first=today - timedelta(weeks=count - 1), last=today)
    return {
        "funnel": charts.funnel(funnel(weeks=weeks)),
        "debt": charts.debt(weeks, code, formats),
        "rows": [(week, addresses.leads(week=week.week_start)) for week in weeks if week.week_start],
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
