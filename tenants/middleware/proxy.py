"""Who stands behind the proxy? Without the answer everybody shares the proxy's address (S8)."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class ProxyMiddleware:
    """Stands far outside: gives every later reader of REMOTE_ADDR the client's own address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Believe `X-Forwarded-For` only where an operator has said that a proxy writes it."""
        if settings.BEHIND_PROXY:
            address = client_address(request.headers.get("X-Forwarded-For", ""), proxies=settings.PROXIES)
            request.META["REMOTE_ADDR"] = address or request.META.get("REMOTE_ADDR", "")
        return self.get_response(request)


def client_address(forwarded: str, *, proxies: int) -> str | None:
    """Return the address that the farthest of our own `proxies` saw, None without a valid one."""
    # Counted from the right: whatever stands further left was sent by the client itself.
    seen = forwarded.split(",")[-proxies:]
    if len(seen) < proxies:
        return None
    try:
        return str(ip_address(seen[0].strip()))
    except ValueError:
        return None
