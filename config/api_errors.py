"""Every "no" of the API as one problem document (W11): refusals, DRF's exceptions, the database's errors.

The rule of statuses: what cannot be read (JSON, parameters, cursors) is 400; what can be read but makes no
sense (a field's value) is 422.
"""

import sys
from collections.abc import Iterator
from posixpath import normpath
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions

from tenants.actions.tries import TooManyTries
from tenants.display.problems import FieldProblem, Problem, problem_response, refusal_response
from tenants.display.refusals import refusal_alone
from tenants.middleware.body_size import RequestTooLarge
from tenants.middleware.credentials import NotSignedIn
from tenants.middleware.database_errors import refusal_of
from tenants.middleware.stray import STRAY
from tenants.middleware.tenancy import API_PREFIX
from tenants.middleware.tenancy import answer as answer_refusal
from tenants.permissions import Forbidden
from tenants.rules import RefusalKind, Refused

# django-axes gives no remaining time; its lock ends after a quarter of an hour at the latest.
LOCKED_S = 900


class NotFound(Refused):
    """Nothing is there, or nothing of yours."""

    code = "not_found"
    kind = RefusalKind.MISSING
    message = _("There is nothing here, or it is not yours.")


def answer(error: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """Return the problem document of an exception, None for a defect of ours (it becomes 500)."""
    request: HttpRequest = context["request"]._request
    refusal = _refusal(error)
    if refusal:
        return refusal_response(request, refusal)
    if isinstance(error, exceptions.APIException):
        return _problem(request, error)
    return None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an unknown address (handler404)."""
    if _is_of_api(request):
        return refusal_response(request, NotFound())
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refused (handler400)."""
    if isinstance(exception, RequestDataTooBig):
        refusal = _too_large()
        return refusal_response(request, refusal) if _is_of_api(request) else refusal_alone(refusal)
    if _is_of_api(request):
        return problem_response(Problem("bad_request", 400, instance=request.path))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer a defect of ours without telling what it is (handler500); or an absent database, stray input."""
    # Django turns exceptions into this answer between any two middlewares: none further out could catch them.
    error = sys.exception()
    refusal = refusal_of(error) if isinstance(error, (OperationalError, *STRAY)) else None
    if refusal:
        return answer_refusal(request, refusal)
    if _is_of_api(request):
        return problem_response(Problem("internal_error", 500, instance=request.path))
    return defaults.server_error(request)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, _credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer an account that django-axes locked (S8), the same for the right password and a wrong one."""
    refusal = TooManyTries(retry_after_s=LOCKED_S)
    if _is_of_api(request):
        return refusal_response(request, refusal)
    return response or refusal_alone(refusal)


def _is_of_api(request: HttpRequest) -> bool:
    """Say whether a program asked: below the API's address, however its slashes are written."""
    return f"{normpath('/' + request.path.lstrip('/'))}/".startswith(API_PREFIX)


def _refusal(error: Exception) -> Refused | None:
    if isinstance(error, Refused):
        return error
    return refusal_of(error) or _of_framework(error)


def _of_framework(error: Exception) -> Refused | None:
    if isinstance(error, Http404 | exceptions.NotFound):
        return NotFound()
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return Forbidden()
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return NotSignedIn()
    if isinstance(error, RequestDataTooBig):
        return _too_large()
    return None


def _too_large() -> Refused:
    return RequestTooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _problem(request: HttpRequest, error: exceptions.APIException) -> HttpResponse:
    invalid = isinstance(error, exceptions.ValidationError)
    problem = Problem(
        code="invalid" if invalid else str(error.default_code),
        status=422 if invalid else error.status_code,
        detail=_("Some values are not valid.") if invalid else str(error.detail),
        instance=request.path,
        errors=tuple(_flat(error.get_full_details(), "#")) if invalid else (),
    )
    return problem_response(problem)


def _flat(details: Any, pointer: str) -> Iterator[FieldProblem]:
    """Yield one problem per message; DRF nests them as the body is nested."""
    if isinstance(details, list):
        for place, item in enumerate(details):
            # A list of messages belongs to its field, a list of objects to its rows.
            yield from _flat(item, pointer if _is_message(item) else f"{pointer}/{place}")
    elif _is_message(details):
        yield FieldProblem(str(details["code"]), pointer, str(details["message"]))
    elif isinstance(details, dict):
        for name, item in details.items():
            step = str(name).replace("~", "~0").replace("/", "~1")
            yield from _flat(item, pointer if name == "non_field_errors" else f"{pointer}/{step}")


def _is_message(details: Any) -> bool:
    return (
        isinstance(details, dict)
        and set(details) == {"message", "code"}
        and isinstance(details["message"], str)
    )
