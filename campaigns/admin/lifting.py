"""Many suppressions are lifted together: looked at first, then exactly those (W4)."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from campaigns import actions
from campaigns.actions.suppressing import MOST_LIFTED
from campaigns.models import Suppression
from tenants.admin import tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.intake import is_number
from tenants.permissions import Capability

PAGE = "admin/campaigns/lift.html"


def preview(request: HttpRequest, chosen: QuerySet[Suppression]) -> HttpResponse:
    """Show how many of the chosen would be lifted, and why others stay. Raises Forbidden."""
    tenant_site.check_may(request, Capability.EDIT)
    numbers = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST_LIFTED + 1])
    found = actions.liftable(numbers[:MOST_LIFTED])
    page: dict[str, Any] = {
        "title": _("Lift"),
        "found": found,
        "lifted": len(found.lifted),
        "most": MOST_LIFTED if len(numbers) > MOST_LIFTED else 0,
        "numbers": ",".join(f"{row}@{said}" if said else str(row) for row, said in found.lifted.items()),
        "back": request.get_full_path(),
        "opts": Suppression._meta,
    }
    return render(request, PAGE, tenant_site.each_context(request) | page)


def apply(request: HttpRequest) -> HttpResponse:
    """Lift those that were looked at, and go back to the list. Raises Http404, Forbidden."""
    tenant_site.check_may(request, Capability.EDIT)
    shown = _shown(request.POST.get("numbers", ""))
    found = actions.lift_many(shown=shown, now=timezone.now(), by=by_of(request))
    told, number = _("%(lifted)s lifted, %(left)s stayed as they were."), reader().number
    lifted = len(found.lifted)
    counts = {"lifted": number(lifted), "left": number(len(shown) - lifted)}
    messages.success(request, told % counts)
    return HttpResponseRedirect(_back(request))


def _shown(text: str) -> dict[int, str]:
    """Read which rows were shown, each with when it was last said again, if ever. Raises Http404."""
    rows = [one.partition("@") for one in text.split(",")]
    if len(rows) > MOST_LIFTED or not all(is_number(number) for number, _at, _said in rows):
        raise Http404
    return {int(number): said for number, _at, said in rows}


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    usual = reverse("admin:campaigns_suppression_changelist")
    return back if back.startswith(usual) and url_has_allowed_host_and_scheme(back, None) else usual
