"""How the cast comes in: a logged-in browser, a program with a token."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tenants import queries, tokens
from tenants.models import User


class ApiClient:
    """Speaks JSON with a Bearer token; `Client`'s own exceptions are turned into 500 answers."""

    def __init__(self, token: str = "", language: str = "en") -> None:
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        self.client = Client(headers=headers, raise_request_exception=False)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> HttpResponse:
        """GET; `headers` are written with underscores (If_None_Match)."""
        return self.client.get(path, query or {}, headers=_headers(headers))  # type: ignore[return-value]

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """POST a JSON document; bytes are sent as they are."""
        return self.send("post", path, body, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a JSON document with any method."""
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        call = getattr(self.client, method)
        return call(path, raw, content_type="application/json", headers=_headers(headers))  # type: ignore[no-any-return]


def api_client(user: User, tenant: str | None = None) -> ApiClient:
    """Return a client with a fresh access token of the user's (named) tenant."""
    found = next(m for m in queries.memberships_of(user=user) if tenant in (None, m.tenant.slug))
    token, _claims = tokens.sign(
        kind="access",
        user=user.id,
        tenant=found.tenant_id,
        version=found.version,
        role=found.role,
        now=timezone.now(),
    )
    return ApiClient(token)


def page_client(user: User, language: str = "en") -> Client:
    """Return a client in which the user is logged in; a sole membership is chosen by itself."""
    client = Client(headers={"Accept-Language": language}, raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _headers(named: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in named.items()}
