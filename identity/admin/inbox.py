"""The inbox of cases: what waits for a person on the left, the lead and its candidates beside it (I10)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from identity import queries
from identity.admin import inbox_acts
from identity.admin.inbox_asked import Asked, asked_of, look_for
from identity.admin.inbox_case import view_of
from identity.admin.inbox_told import told_of
from identity.models import REASON_LABELS, Case
from identity.models.words import OUTCOME_LABELS
from identity.queries.finding import accounts_of_nobody, first_found, persons_found
from identity.queries.inbox import cases_around, reason_counts
from identity.rules import OUTCOMES, Outcome
from tenants.admin import Act, Page, tenant_site
from tenants.display.problems import STATUSES
from tenants.permissions import Capability
from tenants.queries import principal_of
from tenants.rules import Refused

WHOLE, PART = "admin/identity/inbox.html", "admin/identity/inbox_part.html"
BEFORE, AFTER = 10, 40
FOUND = 10


def inbox_page(request: HttpRequest) -> HttpResponse:
    """Show the inbox, or do what a form asks for and go to the next case."""
    if request.method == "POST":
        return _pressed(request)
    return _drawn(request, _asked(request, request.GET))


def _asked(request: HttpRequest, given: Any) -> Asked:
    return asked_of(given, country=principal_of(request).tenant.country)


def _pressed(request: HttpRequest) -> HttpResponse:
    tenant_site.check_may(request, Capability.EDIT)
    asked = _asked(request, request.POST)
    act = inbox_acts.ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    case = queries.case_of(lead_id=asked.case)
    try:
        stays = act(request, case)
    except Refused as refusal:
        # Nothing is lost: the same case as it stands now, and what was typed.
        said = {"refusal": str(refusal), "note": inbox_acts.note_of(request)}
        return _drawn(request, asked, status=STATUSES[refusal.kind], **said)
    after = case if stays else _next(asked, case)
    done = "" if stays else case.pk
    return HttpResponseRedirect(f"{_here()}?{asked.address(case=after.pk if after else '', done=done)}")


def _next(asked: Asked, case: Case) -> Case | None:
    """Return the case after this one; the last one's next is the one before."""
    earlier, later = cases_around(asked.filter, at=case, before=1, after=1)
    return next(iter([*later, *earlier]), None)


def _drawn(request: HttpRequest, asked: Asked, status: int = 200, **said: Any) -> HttpResponse:
    case = queries.case_of(lead_id=asked.case) if asked.case else None
    earlier, later = cases_around(asked.filter, at=case, before=BEFORE, after=AFTER)
    if case is None and later:
        case, *later = later
    page = {
        "title": _("Cases to review"),
        "asked": asked,
        "rows": [*earlier, *([case] if case else []), *later],
        "previous": earlier[-1] if earlier else None,
        "next": later[0] if later else None,
        "view": view_of(case) if case else None,
        "counts": _counts(asked),
        "outcomes": [
            (code, OUTCOME_LABELS[code]) for code in (Outcome.REVIEW, Outcome.UNMATCHED, Outcome.ERROR)
        ],
        "told": told_of(asked.done),
        "here": f"{_here()}?{asked.address(case=case.pk if case else '')}",
        **_found(request, asked),
        **said,
    }
    return _answer(request, page, status)


def _answer(request: HttpRequest, page: dict[str, Any], status: int) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        answer = render(request, PART, page, status=status)
        # A link to what is seen, whichever form led here (W6).
        answer["HX-Replace-Url"] = page["here"]
        return answer
    return render(request, WHOLE, tenant_site.each_context(request) | page, status=status)


def _counts(asked: Asked) -> list[dict[str, Any]]:
    counts = reason_counts()
    return [
        {
            "label": REASON_LABELS[reason],
            "cases": cases,
            "tone": "warn" if OUTCOMES[reason] is Outcome.REVIEW else "",
            "is_chosen": asked.filter.reason is reason,
            "address": asked.address(reason="" if asked.filter.reason is reason else reason),
        }
        for reason, cases in counts.items()
    ]


def _found(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Look for somebody else than the candidates."""
    wanted = look_for(asked, country=principal_of(request).tenant.country)
    if wanted.is_empty:
        return {}
    words: dict[str, Any] = {"words": wanted.words, "keys": wanted.keys, "text": wanted.text}
    persons = first_found(persons_found(**words), FOUND + 1)
    accounts = list(accounts_of_nobody(**words).order_by()[: FOUND + 1])
    found = {"persons": persons[:FOUND], "accounts": accounts[:FOUND], "looked": True}
    return found | {"found_more": len(persons) > FOUND or len(accounts) > FOUND}


def _here() -> str:
    return reverse("admin:identity_inbox")


tenant_site.add_page(
    Page("identity", "inbox", "inbox/", inbox_page, gettext_lazy("Cases to review"), "inbox", 1)
)


tenant_site.add_act(Act(gettext_lazy("Review cases"), "admin:identity_inbox", "inbox", 30))
