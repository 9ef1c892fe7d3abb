"""DRF's view of who asks: the principal that the middleware settled before the scope opened."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from tenants.display.problems import CHALLENGE
from tenants.queries import Principal


class SettledAuthentication(BaseAuthentication):
    """Asks nothing again: `TenantMiddleware` has read the token or key; cookies count for nothing (W14)."""

    def authenticate(self, request: Request) -> tuple[Principal, Principal] | None:
        """Return the settled principal as `request.user` and `request.auth`, None on public routes."""
        principal = getattr(request._request, "principal", None)
        return (principal, principal) if principal else None

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes a refusal 401 rather than 403."""
        return CHALLENGE
