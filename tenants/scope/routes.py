"""Which scope does a route run in? Every route is marked; an unmarked one is refused (Tenancy)."""

import enum
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver

Route = URLPattern | URLResolver


class RouteScope(enum.StrEnum):
    """Public routes speak as the public role, tenant routes as the tenant's.

    Settled requests of a tenant's route know who asks and stay with the public role: people and roles live
    there (S1).
    """

    PUBLIC = "public"
    TENANT = "tenant"
    SETTLED = "settled"


def public_routes(*routes: Route) -> list[Route]:
    """Mark routes, and all below them, as public."""
    return _mark(routes, RouteScope.PUBLIC)


def tenant_routes(*routes: Route) -> list[Route]:
    """Mark routes, and all below them, as belonging to the open tenant."""
    return _mark(routes, RouteScope.TENANT)


def scope_of_view(view: Callable[..., Any]) -> RouteScope:
    """Return the mark of a resolved view; raises ImproperlyConfigured without one."""
    scope = getattr(view, "route_scope", None)
    if not isinstance(scope, RouteScope):
        raise ImproperlyConfigured(f"{view} is in no scope: list its route in config/urls.py")
    return scope


def scope_of_request(view: Callable[..., Any], method: str) -> RouteScope:
    """Return the scope of one method; a view's class names its settled ones in `settled_methods`."""
    scope, settled = scope_of_view(view), getattr(getattr(view, "cls", None), "settled_methods", ())
    return RouteScope.SETTLED if scope is RouteScope.TENANT and method in settled else scope


def app_of_view(view: Callable[..., Any]) -> str:
    """Return the app whose door a resolved view is."""
    return str(_door(view).__module__).partition(".")[0]


def is_for_every_key(view: Callable[..., Any]) -> bool:
    """Say whether a resolved view shows nothing that belongs to one app: its class says so itself."""
    return bool(getattr(_door(view), "for_every_key", False))


def leaves(routes: Sequence[Route], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (whole path pattern, route) for every route at the bottom."""
    for route in routes:
        path = prefix + str(route.pattern)
        if isinstance(route, URLResolver):
            yield from leaves(route.url_patterns, path)
        else:
            yield path, route


def _door(view: Callable[..., Any]) -> Any:
    return getattr(view, "cls", None) or getattr(view, "view_class", None) or view


def _mark(routes: Sequence[Route], scope: RouteScope) -> list[Route]:
    for path, leaf in leaves(routes):
        view: Any = leaf.callback
        if getattr(view, "route_scope", scope) is not scope:
            raise ImproperlyConfigured(f"{path} is marked public and tenant at once")
        view.route_scope = scope
    return list(routes)
