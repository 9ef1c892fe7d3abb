"""Where a page of the ground leads on to, and how a refused try is said (S8)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tenants.actions.tries import TooManyTries
from tenants.display.problems import note_code
from tenants.display.refusals import wait_words
from tenants.rules import Refused


def next_page(request: HttpRequest, fallback: str | None = None) -> str:
    """Return where the person wanted to go, never another site's address."""
    for wanted in (request.POST.get("next"), request.GET.get("next"), fallback):
        if wanted and is_here(request, wanted):
            return wanted
    return "" if fallback == "" else reverse("home")


def is_here(request: HttpRequest, address: str) -> bool:
    """Say whether an address leads to this site."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())


def speaking(response: HttpResponse, language: str) -> HttpResponse:
    """Let the browser remember the person's language; none leaves it as it is (W7)."""
    if language:
        name, age = settings.LANGUAGE_COOKIE_NAME, 365 * 86400
        response.set_cookie(name, language, max_age=age, secure=settings.HTTPS, samesite="Lax")
    return response


def leading_to(name: str, wanted: str) -> HttpResponseRedirect:
    """Redirect to a named page that leads on to `wanted`."""
    return HttpResponseRedirect(reverse(name, query={"next": wanted} if wanted else None))


def words_of_try(refusal: Refused) -> str:
    """Say why a try failed, with the wait where there is one."""
    wait = refusal.extra.get("retry_after_s")
    if not isinstance(wait, int):
        return str(refusal)
    return f"{_('Too many tries.')} {wait_words(wait)}"


def status_of_try(refusal: Refused) -> int:
    """Return 429 or 401: 200 for a wrong password would tell browsers to keep it."""
    return 429 if isinstance(refusal, TooManyTries) else 401


def with_wait(response: HttpResponse, refusal: Refused) -> HttpResponse:
    """Add Retry-After to the answer to a try too many; the log says which refusal it was."""
    note_code(refusal.code)
    if "retry_after_s" in refusal.extra:
        response["Retry-After"] = str(refusal.extra["retry_after_s"])
    return response
