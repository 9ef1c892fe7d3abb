"""Who waits for a person's decision, one after the other, by keys or not: called again, met, failed (C21)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import queries
from campaigns.actions import Decision
from campaigns.admin.calls import said_shown
from campaigns.admin.entries.acts import DONE, LABELS, decide, may_be
from campaigns.admin.entries.page import entry_shown
from campaigns.models import Campaign, Entry
from campaigns.models.words import REASON_LABELS
from campaigns.queries.reviewing import ReviewFilter, last_call_of, review_around, review_counts
from campaigns.rules import EntryReason
from tenants.admin import Page, tenant_site
from tenants.display.problems import STATUSES
from tenants.intake import is_number
from tenants.permissions import Capability
from tenants.rules import Refused

WHOLE, PART = "admin/campaigns/entries/review.html", "admin/campaigns/entries/review_part.html"
BEFORE, AFTER = 5, 30
# What the review decides, each by its key.
KEYS = {Decision.REQUEUE: "r", Decision.SUCCEEDED: "s", Decision.FAILED: "f"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address or a form asks for (W6)."""

    narrow: ReviewFilter
    entry: int = 0
    done: str = ""
    was: int = 0

    def address(self, **more: object) -> str:
        """Return the address of the same list, with more."""
        kept = {"campaign": self.narrow.campaign, "reason": self.narrow.reason, **more}
        query = urlencode({name: str(value) for name, value in kept.items() if value})
        return f"{reverse('admin:campaigns_review')}?{query}"


def review_page(request: HttpRequest) -> HttpResponse:
    """Show who waits, or take a decision and go to the next one. Raises Http404, Forbidden."""
    asked = _asked(request.POST if request.method == "POST" else request.GET)
    return _decided(request, asked) if request.method == "POST" else _drawn(request, asked)


def _asked(given: Any) -> Asked:
    campaign, reason = given.get("campaign", ""), given.get("reason", "")
    narrow = ReviewFilter(
        int(campaign) if is_number(campaign) else None,
        EntryReason(reason) if reason in set(EntryReason) else None,
    )
    entry, was = (given.get(name, "") for name in ("entry", "was"))
    done = given.get("done", "")
    return Asked(
        narrow,
        int(entry) if is_number(entry) else 0,
        done if done in set(Decision) else "",
        int(was) if is_number(was) else 0,
    )


def _decided(request: HttpRequest, asked: Asked) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    named = request.POST.get("do", "")
    if named not in KEYS:
        raise Http404
    entry = queries.entry(number=asked.entry)
    earlier, later = review_around(asked.narrow, at=entry, before=1, after=1)
    try:
        decide(request, Decision(named), entry)
    except Refused as refusal:
        return _drawn(request, asked, status=STATUSES[refusal.kind], refusal=str(refusal))
    following = next(iter([*later, *earlier]), None)
    return HttpResponseRedirect(
        asked.address(entry=following.pk if following else "", done=named, was=entry.pk)
    )


def _drawn(request: HttpRequest, asked: Asked, status: int = 200, **said: Any) -> HttpResponse:
    entry = queries.entry(number=asked.entry) if asked.entry else None
    earlier, later = review_around(asked.narrow, at=entry, before=BEFORE, after=AFTER)
    if entry is None and later:
        entry, *later = later
    page = {
        "title": _("People to review"),
        "asked": asked,
        "rows": [*earlier, *([entry] if entry else []), *later],
        "previous": earlier[-1] if earlier else None,
        "next": later[0] if later else None,
        "counts": _counts(asked),
        "campaign": _campaign(asked),
        "here": asked.address(entry=entry.pk if entry else ""),
        "told": DONE[Decision(asked.done)] if asked.done else "",
        "seen": entry,
        **(_view(request, entry) if entry else {}),
        **said,
    }
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        answer = render(request, PART, page, status=status)
        # A link to what is seen, whichever form led here (W6).
        answer["HX-Replace-Url"] = page["here"]
        return answer
    return render(request, WHOLE, tenant_site.each_context(request) | page, status=status)


def _view(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    call = last_call_of(queries.entry(number=entry.pk))
    acts = [(one, LABELS[one], key) for one, key in KEYS.items() if may_be(one, entry)]
    said = said_shown(request, call, is_asked=True) if call else {}
    return {"last_call": call, "acts": acts} | said | entry_shown(queries.entry(number=entry.pk))


def _counts(asked: Asked) -> list[dict[str, Any]]:
    counts = review_counts(asked.narrow)
    return [
        {
            "label": REASON_LABELS[reason],
            "people": people,
            "is_chosen": asked.narrow.reason is reason,
            "href": Asked(
                ReviewFilter(asked.narrow.campaign, None if asked.narrow.reason is reason else reason)
            ).address(),
        }
        for reason, people in sorted(counts.items(), key=lambda one: -one[1])
    ]


def _campaign(asked: Asked) -> Campaign | None:
    number = asked.narrow.campaign
    return Campaign.objects.filter(pk=number).first() if number is not None else None


tenant_site.add_page(
    Page(
        "campaigns",
        "review",
        "review/",
        review_page,
        label=gettext_lazy("People to review"),
        icon="rule",
        position=40,
    )
)
