"""The same decision about many people: looked at first, then taken about exactly those (W4)."""

from collections import Counter
from dataclasses import dataclass
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
from campaigns.actions import MOST_AT_ONCE, Decision, may_decide
from campaigns.admin.entries.acts import ENDING, LABELS
from campaigns.models import Entry
from campaigns.models.words import ENTRY_STATE_LABELS
from campaigns.rules import CAMPAIGN_ENDS, EntryState
from tenants.admin import tenant_site
from tenants.admin.acting import by_of
from tenants.admin.columns import reader
from tenants.intake import is_number
from tenants.permissions import Capability

PAGE = "admin/campaigns/entries/bulk.html"
MANY = (Decision.RETRY, Decision.CANCEL)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a state were chosen, and whether they move."""

    label: str
    people: int
    moves: bool


def preview(request: HttpRequest, decision: Decision, chosen: QuerySet[Entry]) -> HttpResponse:
    """Show who of the chosen would move and who stays; nothing is written."""
    tenant_site.check_may(request, Capability.EDIT)
    rows = list(chosen.order_by("id").values_list("pk", "state", "campaign__state")[: MOST_AT_ONCE + 1])
    more, rows = len(rows) > MOST_AT_ONCE, rows[:MOST_AT_ONCE]
    shares = [_share(decision, key, count) for key, count in Counter(row[1:] for row in rows).items()]
    page = {
        "title": LABELS[decision],
        "decision": decision,
        "label": LABELS[decision],
        "is_final": decision in ENDING,
        "shares": sorted(shares, key=lambda one: (not one.moves, -one.people)),
        "moving": sum(one.people for one in shares if one.moves),
        "staying": sum(one.people for one in shares if not one.moves),
        "most": MOST_AT_ONCE if more else 0,
        "numbers": ",".join(str(number) for number, *_states in rows),
        "back": request.get_full_path(),
        "opts": Entry._meta,
    }
    return render(request, PAGE, tenant_site.each_context(request) | page)


def _share(decision: Decision, key: Any, people: int) -> Share:
    state, campaign = key
    moves = may_decide(decision, EntryState(state), campaign_has_ended=campaign in CAMPAIGN_ENDS)
    return Share(str(ENTRY_STATE_LABELS[EntryState(state)]), people, moves)


def apply(request: HttpRequest) -> HttpResponse:
    """Decide about those who were looked at, and go back to the list. Raises Http404, Forbidden."""
    tenant_site.check_may(request, Capability.EDIT)
    named, numbers = request.POST.get("decision", ""), request.POST.get("numbers", "").split(",")
    if named not in MANY or not all(is_number(number) for number in numbers):
        raise Http404
    done = actions.decide_many(
        decision=Decision(named),
        numbers=[int(number) for number in numbers],
        now=timezone.now(),
        by=by_of(request),
    )
    told, number = _("%(moved)s moved, %(left)s stayed as they were."), reader().number
    messages.success(request, told % {"moved": number(done.moved), "left": number(done.left)})
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "")
    usual = reverse("admin:campaigns_entry_changelist")
    return back if back.startswith(usual) and url_has_allowed_host_and_scheme(back, None) else usual
