"""A program that speaks plain http is told, not led: else nobody learns that its key crosses in the clear."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from tenants.display.problems import refusal_response
from tenants.rules import RefusalKind, Refused


class HttpsRequired(Refused):
    """The API answers over https alone."""

    code = "https_required"
    kind = RefusalKind.FORBIDDEN
    message = _("Ask over https, and replace every key, token or password that was sent without it.")


class HttpsMiddleware:
    """Refuses what SECURE_REDIRECT_EXEMPT keeps from being redirected; pages are led to https before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer plain http with a problem document where https is demanded."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return refusal_response(request, HttpsRequired())
        return self.get_response(request)
