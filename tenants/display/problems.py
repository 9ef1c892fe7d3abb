"""Problem documents (RFC 9457): one shape for every refusal that a program reads (W11)."""

from dataclasses import dataclass, field
from typing import Any

import structlog
from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.intake import Fault
from tenants.rules import RefusalKind, Refused

Words = str | Promise

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:minga:problem:"

# Titles say which sort of problem it is; they never change from one occurrence to the next.
TITLES: dict[int, Words] = {
    400: _("The request is not valid"),
    401: _("Sign-in is required"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Not acceptable"),
    409: _("Conflict with the present state"),
    412: _("A precondition failed"),
    413: _("The request is too large"),
    415: _("This type of content is not accepted"),
    422: _("The request cannot be carried out"),
    429: _("Too many requests"),
    500: _("Something failed on our side"),
    503: _("Not available for the moment"),
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field; `pointer` is a JSON pointer (`#/keywords/0`) or a parameter's name."""

    code: str
    pointer: str
    detail: Words

    def as_dict(self) -> dict[str, str]:
        """Return plain text, in the language now active."""
        return {"code": self.code, "pointer": self.pointer, "detail": str(self.detail)}


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: `code` is stable for programs, `detail` is this occurrence in words for people."""

    code: str
    status: int
    detail: Words = ""
    instance: str = ""
    errors: tuple[FieldProblem, ...] = ()
    # Members beside the standard ones, such as the choices of a conflict; they cannot replace those.
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The sort of problem in words; the nearest sort for a status without its own."""
        return str(TITLES.get(self.status) or TITLES[500 if self.status >= 500 else 400])

    def as_dict(self) -> dict[str, Any]:
        """Return the document, in the language now active."""
        return {
            **self.extra,
            "type": f"{TYPE_PREFIX}{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": str(self.detail) or self.title,
            "instance": self.instance,
            "errors": [error.as_dict() for error in self.errors],
        }


STATUSES: dict[RefusalKind, int] = {
    RefusalKind.INVALID: 400,
    RefusalKind.UNAUTHENTICATED: 401,
    RefusalKind.FORBIDDEN: 403,
    RefusalKind.MISSING: 404,
    RefusalKind.CONFLICT: 409,
    RefusalKind.TOO_LARGE: 413,
    RefusalKind.UNPROCESSABLE: 422,
    RefusalKind.THROTTLED: 429,
    RefusalKind.UNAVAILABLE: 503,
}
CHALLENGE = 'Bearer realm="minga"'


def problem_response(problem: Problem, **headers: str) -> JsonResponse:
    """Return the document as an answer; headers are written with underscores (Retry_After)."""
    note_code(problem.code)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if problem.status == 401:
        named.setdefault("WWW-Authenticate", CHALLENGE)
    return JsonResponse(problem.as_dict(), status=problem.status, content_type=CONTENT_TYPE, headers=named)


def note_code(code: str) -> None:
    """Let the log's line of this request say why it was refused: the stable code, never words (S19)."""
    structlog.contextvars.bind_contextvars(code=code)


def refusal_response(request: HttpRequest, refusal: Refused) -> JsonResponse:
    """Answer a refusal with its problem document; `faults` in its extra fields become `errors` (W11)."""
    extra: dict[str, Any] = dict(refusal.extra)
    faults = extra.pop("faults", ())
    problem = Problem(
        refusal.code,
        STATUSES[refusal.kind],
        detail=str(refusal),
        instance=request.path,
        errors=tuple(FieldProblem(f.code, f.pointer, str(f.detail)) for f in faults if isinstance(f, Fault)),
        extra=extra,
    )
    wait = extra.get("retry_after_s")
    return problem_response(problem) if wait is None else problem_response(problem, Retry_After=str(wait))
