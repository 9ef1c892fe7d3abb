"""`Idempotency-Key` on every write of the API, whichever view answers it (W12)."""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.renderers import JSONRenderer

from tenants.api.parsers import BodyTooLarge
from tenants.display.problems import refusal_response
from tenants.permissions import Capability, may
from tenants.queries import Principal
from tenants.records.actions import Answer, Attempt, answer_once, answer_once_outside
from tenants.rules import Refused
from tenants.scope import current_schema

READS = frozenset({"GET", "HEAD", "OPTIONS"})
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language")

View = Callable[..., Any]


class IdempotencyMiddleware:
    """Stands inside `TenantMiddleware`: who asks is settled, the view has not run."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let everything pass; the work is done once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer a write that carries a key at most once; public routes have no tenant to keep answers in."""
        key = request.headers.get("Idempotency-Key")
        principal = getattr(request, "principal", None)
        if key is None or principal is None or principal.via == "session" or request.method in READS:
            return None
        if not may(principal.role, Capability.EDIT):
            # A read-only transaction cannot keep an answer, and what it lets through changes nothing: no harm
            # in doing it twice.
            return None
        try:
            attempt = _attempt(request, principal, key)
            answer, replayed = _once(attempt, principal, partial(_do, request, view, args, kwargs))
        except Refused as refusal:
            return refusal_response(request, refusal)
        return _response(answer, replayed=replayed)


def _once(attempt: Attempt, principal: Principal, do: Callable[[], Answer]) -> tuple[Answer, bool]:
    if current_schema() is None:
        return answer_once_outside(attempt=attempt, schema=principal.tenant.schema_name, do=do)
    return answer_once(attempt=attempt, do=do)


def _attempt(request: HttpRequest, principal: Principal, key: str) -> Attempt:
    return Attempt(
        principal=principal.key,
        method=str(request.method),
        path=request.path[:500],
        key=key,
        fingerprint=_fingerprint(request),
    )


def _fingerprint(request: HttpRequest) -> str:
    """Hash what the request asks for. A form is hashed by its fields: each try has its own boundary."""
    is_form = request.content_type == "multipart/form-data"
    try:
        asked = _fields(request) if is_form else [hashlib.sha256(request.body).hexdigest()]
    except RequestDataTooBig as error:
        raise BodyTooLarge from error
    named = json.dumps([request.META.get("QUERY_STRING", ""), request.content_type, asked])
    return hashlib.sha256(named.encode()).hexdigest()


def _fields(request: HttpRequest) -> list[Any]:
    files = [(name, file.name, _digest(file)) for name, sent in request.FILES.lists() for file in sent]
    return [sorted(request.POST.lists()), sorted(files)]


def _digest(file: UploadedFile) -> str:
    """Hash a file piece by piece, and leave it at its start for the view."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _do(request: HttpRequest, view: View, args: Any, kwargs: Any) -> Answer:
    response = view(request, *args, **kwargs)
    if hasattr(response, "render"):
        response.render()
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    # What is shown once is not kept: a replay says the rest (W16).
    kept = getattr(response, "kept_data", None)
    return Answer(
        response.status_code,
        bytes(response.content),
        headers,
        kept_body=None if kept is None else JSONRenderer().render(kept),
    )


def _response(answer: Answer, *, replayed: bool) -> HttpResponse:
    headers = answer.headers | ({"Idempotency-Replayed": "true"} if replayed else {})
    return HttpResponse(answer.body, status=answer.status, headers=headers)
