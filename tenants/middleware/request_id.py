"""Give every request a name that logs and answers share."""

from collections.abc import Callable

import structlog
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from uuid_utils.compat import uuid7

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Binds a fresh id for logs and returns it as X-Request-Id; a client's own is never trusted."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Bind, answer, name."""
        request_id = str(uuid7())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


# Not in a `finally` above: Django writes its line of an answer behind the last middleware.
@receiver(request_finished)
def _forget(**_sent: object) -> None:
    """Leave no id to what the thread does next."""
    structlog.contextvars.clear_contextvars()
