"""Tell balancers and watchers whether this process may be given requests, and whether work goes on (S12)."""

from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from redis import RedisError

from tenants.jobs.pulse import broker_answers, pulse
from tenants.scope import current_schema, public_scope

METHODS = ("GET", "HEAD")
RETRY_SECONDS = 5


class HealthMiddleware:
    """Stands before all that refuse: who asks needs no host name of ours, no https, session or database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the three addresses of `LOOKS`; let everything else pass."""
        look = LOOKS.get(request.path)
        if look is None:
            return self.get_response(request)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        is_well, found = look()
        answer = JsonResponse({"status": "ok" if is_well else "unavailable"} | found)
        answer["Cache-Control"] = "no-store"
        if not is_well:
            answer.status_code = 503
            answer["Retry-After"] = str(RETRY_SECONDS)
        return answer


def live() -> tuple[bool, dict[str, Any]]:
    """Say that the process answers: a restart would heal nothing that it waits for."""
    return True, {}


def ready() -> tuple[bool, dict[str, Any]]:
    """Say whether requests can be answered. Without broker or cache they can: truth is in the database."""
    has_database = _database_answers()
    return has_database, {
        "database": _word(has_database),
        "broker": _word(broker_answers()),
        "cache": _word(_cache_answers()),
    }


def work() -> tuple[bool, dict[str, Any]]:
    """Say whether workers and the beat are at work, and the daily backup was made where one is set up."""
    try:
        with public_scope():
            found = pulse(now=timezone.now())
    except DatabaseError:
        return False, {"database": _word(False)}
    backup = {"backup_s": found.backup_s} if found.has_backups else {}
    return found.is_well, {"oldest_due_s": found.oldest_due_s, "beat_s": found.beat_s} | backup


LOOKS = {"/health/live": live, "/health/ready": ready, "/health/jobs": work}


def _database_answers() -> bool:
    try:
        with public_scope(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        with public_scope():
            cache.get(f"{current_schema()}.health")
    except (RedisError, OSError):
        return False
    return True


def _word(answers: bool) -> str:
    return "ok" if answers else "unavailable"
