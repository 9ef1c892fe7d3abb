"""Settle who asks under the public login, then run the view inside the tenant's scope (S1, S2, S6)."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tenants import queries, throttling
from tenants.actions.asking import ask_for_job
from tenants.actions.demanding import FactorDemanded
from tenants.actions.sessions import NotFresh
from tenants.display.context_processors import formats_for
from tenants.display.formats import READER
from tenants.display.problems import note_code, refusal_response
from tenants.display.refusals import refusal_alone, refusal_page
from tenants.middleware import stray
from tenants.middleware.credentials import ChooseTenant, NotSignedIn, principal_of_api, principal_of_page
from tenants.middleware.database_errors import refusal_of
from tenants.models import Tenant
from tenants.permissions import Capability, may
from tenants.queries import Principal
from tenants.rules import RefusalKind, Refused, TenantStatus
from tenants.scope import tenant_scope
from tenants.scope.routes import RouteScope, app_of_view, is_for_every_key, scope_of_request

API_PREFIX = "/api/"


class NotReady(Refused):
    """The tenant is being made, brought to head or removed."""

    code = "tenant_not_ready"
    kind = RefusalKind.UNAVAILABLE
    message = _("This organisation is being made, updated or deleted. Try again in a moment.")


class TooManyRequests(Refused):
    """The principal's rate is used up."""

    code = "too_many_requests"
    kind = RefusalKind.THROTTLED
    message = _("Too many requests. Wait a moment and try again.")


class OutOfReach(Refused):
    """The key was made for other parts of the product."""

    code = "key_out_of_reach"
    kind = RefusalKind.FORBIDDEN
    message = _("This key was made for other parts of Minga.")


class TenantMiddleware:
    """The innermost middleware: everything outside it speaks as the public role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Close, on every way out, whatever scope `process_view` opened."""
        with ExitStack() as scopes:
            request.scopes = scopes  # type: ignore[attr-defined]
            response = self.get_response(request)
        wanted = getattr(request, "wanted", None)
        if wanted is not None:
            # Outside of the tenant: who asks may be a viewer, whose requests write nothing there (S2).
            ask_for_job(wanted=wanted)
        for name, value in getattr(request, "rate_headers", {}).items():
            response[name] = value
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let public routes pass; open the tenant's scope for the others, or answer why not."""
        try:
            request.host_tenant = _host_tenant(request)  # type: ignore[attr-defined]
            scope = scope_of_request(view, request.method or "")
            if scope is not RouteScope.PUBLIC:
                principal = settle(request)
                check_reach(request, principal, view)
                _know(request, principal)
            if scope is RouteScope.TENANT:
                _enter(request)
        except (Refused, DatabaseError, *stray.STRAY) as error:
            # Django calls process_exception for views only, and an absent database shows here first (S12).
            refused = self.process_exception(request, error)
            if refused is None:
                raise
            return refused
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer refusals, the database's own and stray input: a viewer's write is 403 (S2, S13)."""
        refusal = error if isinstance(error, Refused) else refusal_of(error)
        return answer(request, refusal) if refusal else None


def settle(request: HttpRequest) -> Principal:
    """Return who asks, throttled and of a tenant that is ready. Raises Refused. Public scope."""
    host_tenant = request.host_tenant  # type: ignore[attr-defined]
    is_api = request.path.startswith(API_PREFIX)
    principal = (principal_of_api if is_api else principal_of_page)(request, host_tenant)
    if is_api:
        _throttle(request, principal)
    if principal.tenant.status != TenantStatus.READY:
        raise NotReady(retry_after_s=10)
    return principal


def check_reach(request: HttpRequest, principal: Principal, view: Callable[..., Any]) -> None:
    """Raise OutOfReach for a key at the door of an app that it was not made for (W14).

    Of the ground it reads what names itself `for_every_key`: who it is, how jobs go. All else there may show
    what other apps own.
    """
    reads = request.method in ("GET", "HEAD", "OPTIONS") and is_for_every_key(view)
    if principal.areas and app_of_view(view) not in principal.areas and not reads:
        raise OutOfReach


def answer(request: HttpRequest, refusal: Refused) -> HttpResponseBase:
    """Say no in the door's own way: a problem document, a page, or the page that helps."""
    note_code(refusal.code)
    if request.path.startswith(API_PREFIX):
        return refusal_response(request, refusal)
    if isinstance(refusal, NotSignedIn):
        return _redirect("login", request)
    if isinstance(refusal, ChooseTenant):
        return _redirect("choose", request)
    if isinstance(refusal, FactorDemanded):
        return _redirect("add_app", request)
    if isinstance(refusal, NotFresh):
        return _confirmation(request)
    if isinstance(refusal, stray.NotAccepted):
        return stray.page()
    if refusal.kind is RefusalKind.UNAVAILABLE:
        # The frame would ask the database that does not answer.
        return refusal_alone(refusal)
    return refusal_page(request, refusal)


def _know(request: HttpRequest, principal: Principal) -> None:
    request.principal = principal  # type: ignore[attr-defined]
    request.tenant = principal.tenant  # type: ignore[attr-defined]
    # Refusals and sentences are written far from their request.
    request.scopes.callback(READER.reset, READER.set(formats_for(request)))  # type: ignore[attr-defined]
    structlog.contextvars.bind_contextvars(tenant=principal.tenant.schema_name, user=str(principal.id))


def _enter(request: HttpRequest) -> None:
    principal = queries.principal_of(request)
    read_only = not may(principal.role, Capability.EDIT)
    scopes: ExitStack = request.scopes  # type: ignore[attr-defined]
    scopes.enter_context(tenant_scope(principal.tenant.schema_name, read_only=read_only))
    if read_only:
        # BEGIN READ ONLY on a select-only role: two locks on one door (S2).
        scopes.enter_context(transaction.atomic())
        # There is never anything to commit, and a refused write leaves the transaction broken.
        scopes.callback(transaction.set_rollback, True)


def _host_tenant(request: HttpRequest) -> Tenant | None:
    host, _port = split_domain_port(request.get_host())
    return None if host in settings.PLATFORM_HOSTS else queries.tenant_of_host(host=host)


def _throttle(request: HttpRequest, principal: Principal) -> None:
    verdict = throttling.hit("api", principal.key)
    request.rate_headers = {  # type: ignore[attr-defined]
        "RateLimit-Limit": str(verdict.limit),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(verdict.reset_s),
    }
    if not verdict.allowed:
        raise TooManyRequests(retry_after_s=verdict.reset_s)


def _redirect(to: str, request: HttpRequest) -> HttpResponse:
    target = f"{reverse(to)}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _confirmation(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks again. A form goes along: 307 sends a POST on with what was typed."""
    if request.headers.get("HX-Request"):
        # Back to the page around the part; a part alone would be no page.
        around = urlsplit(request.headers.get("HX-Current-URL", ""))
        target = f"{reverse('confirm')}?{urlencode({'next': around.path or reverse('home')})}"
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    target = f"{reverse('confirm')}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseRedirect(target, preserve_request=request.method == "POST")
