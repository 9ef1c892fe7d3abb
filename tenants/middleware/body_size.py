"""Refuse a body that is too large before anybody reads it, signed in or not (S13)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from tenants.display.problems import refusal_response
from tenants.display.refusals import refusal_alone
from tenants.middleware.tenancy import API_PREFIX
from tenants.rules import RefusalKind, Refused


class RequestTooLarge(Refused):
    """The request has more bytes than the server reads."""

    code = "body_too_large"
    kind = RefusalKind.TOO_LARGE

    def __init__(self, most: int) -> None:
        super().__init__(_("The request is larger than %(size)d MB.") % {"size": most // 2**20})


class BodySizeMiddleware:
    """Stands before everything that reads a body.

    The announced length is enough: Django reads that many bytes at most, and none of a body without it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 413, as a problem document under /api/ and a page elsewhere, or let pass."""
        if _announced(request) <= settings.LARGEST_REQUEST:
            return self.get_response(request)
        refusal = RequestTooLarge(settings.LARGEST_REQUEST)
        if request.path.startswith(API_PREFIX):
            return refusal_response(request, refusal)
        return refusal_alone(refusal)


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0
