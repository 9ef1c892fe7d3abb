"""Is somebody there? A session that nobody uses ends; a page that asks by itself is nobody (S6)."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from tenants.actions import sessions
from tenants.permissions import Capability, may

log = logging.getLogger(__name__)

# Said by the templates of all that asks by itself (`hx-headers`); every other part is somebody's click.
POLL = "Minga-Poll"


class ActivityMiddleware:
    """Stands outside of the tenant's scope: sessions are the public role's to write (S2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Note a use after the answer is there, if the request asked for its session at all."""
        response = self.get_response(request)
        if request.session.accessed and not is_idle(request):
            _note_seen(request)
        return response


def _note_seen(request: HttpRequest) -> None:
    # The work is done: whoever were told to try again would do it twice. The next request notes it.
    try:
        sessions.note_seen(session=request.session, now=timezone.now())
    except DatabaseError as error:
        log.warning("when a session was last used was not written: %s", error)


def is_idle(request: HttpRequest) -> bool:
    """Say whether a page asked by itself, as boards and bars do, and is open at who could change something.

    Who only reads may leave a board on a wall: its questions keep it there, until the session's own end.
    """
    is_poll = request.method == "GET" and POLL in request.headers
    return is_poll and may(getattr(getattr(request, "principal", None), "role", "admin"), Capability.EDIT)
