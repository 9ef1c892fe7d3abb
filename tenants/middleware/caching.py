"""Nothing that a person was shown stays in a browser or a proxy (S19)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

NOWHERE = "private, no-store"


class CachingMiddleware:
    """Stands inside WhiteNoise, whose files are everybody's; who says how to keep an answer is obeyed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Forbid keeping every answer that says nothing of it."""
        response = self.get_response(request)
        response.setdefault("Cache-Control", NOWHERE)
        return response
