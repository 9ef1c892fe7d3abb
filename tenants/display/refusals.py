"""Pages that say no, each in the words of its own status (W7, W11); what programs read is `problems`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.display.problems import STATUSES
from tenants.rules import RefusalKind, Refused

FRAMED = "display/refusal.html"
# What is away is asked for again, whether or not it is known when it will be back (S12).
AWAY_S = 10


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return the page of a refusal, in the frame of who reads it."""
    status = STATUSES[refusal.kind]
    shown = _shown(refusal) | {"around": FRAMED}
    return _with_wait(render(request, f"{status}.html", shown, status=status), refusal)


def refusal_alone(refusal: Refused) -> HttpResponse:
    """Return the page without who reads it: the frame would ask a database that may not be asked."""
    status = STATUSES[refusal.kind]
    page = render_to_string(f"{status}.html", _shown(refusal))
    return _with_wait(HttpResponse(page, status=status), refusal)


def wait_words(seconds: int) -> str:
    """Say when to try again; never too early, so parts of a minute are rounded up."""
    if seconds < 60:
        again = ngettext("Try again in %(count)d second.", "Try again in %(count)d seconds.", seconds)
        return again % {"count": seconds}
    minutes = -(-seconds // 60)
    again = ngettext("Try again in %(count)d minute.", "Try again in %(count)d minutes.", minutes)
    return again % {"count": minutes}


def _shown(refusal: Refused) -> dict[str, Any]:
    wait = _wait(refusal)
    return {"refusal": refusal, "again": _("Try again in a moment.") if wait is None else wait_words(wait)}


def _with_wait(page: HttpResponse, refusal: Refused) -> HttpResponse:
    wait = _wait(refusal)
    if wait is not None:
        page["Retry-After"] = str(wait)
    return page


def _wait(refusal: Refused) -> int | None:
    wait = refusal.extra.get("retry_after_s")
    if isinstance(wait, int):
        return wait
    return AWAY_S if refusal.kind is RefusalKind.UNAVAILABLE else None
