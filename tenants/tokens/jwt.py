"""Sign and read our tokens through simplejwt, with two live keys told apart by `kid` (S7)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast
from uuid import UUID, uuid4

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

ALGORITHM = "HS256"
ISSUER = AUDIENCE = "minga"
ACCESS_LIFETIME = timedelta(minutes=30)
REFRESH_LIFETIME = timedelta(hours=12)
LONGEST_TOKEN = 4096
# An access token belongs to none.
NO_FAMILY = UUID(int=0)
# A year too far is OverflowError or OSError, by its size.
UNREADABLE = (
    TokenBackendError,
    jwt.PyJWTError,
    KeyError,
    ValueError,
    TypeError,
    OverflowError,
    OSError,
    RecursionError,
)


class BadToken(Exception):
    """The token is not ours, not valid any more, or not of the kind asked for."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says. Its role is for the client; the server reads the membership's (S6)."""

    kind: str
    id: UUID
    user: UUID
    tenant: UUID
    version: int
    role: str
    expires_at: datetime
    family: UUID = NO_FAMILY


def sign(
    *,
    kind: str,
    user: UUID,
    tenant: UUID,
    version: int,
    role: str,
    now: datetime,
    family: UUID = NO_FAMILY,
    id: UUID | None = None,
) -> tuple[str, Claims]:
    """Return a token of `kind` ("access" or "refresh") and what it says."""
    lifetime = ACCESS_LIFETIME if kind == "access" else REFRESH_LIFETIME
    claims = Claims(kind, id or uuid4(), user, tenant, version, role, now + lifetime, family)
    payload: dict[str, Any] = {
        "typ": kind,
        "jti": str(claims.id),
        "sub": str(user),
        "tenant_id": str(tenant),
        "ver": version,
        "role": role,
        "iat": int(now.timestamp()),
        "exp": int(claims.expires_at.timestamp()),
        "iss": ISSUER,
        "aud": AUDIENCE,
    }
    if family != NO_FAMILY:
        payload["fam"] = str(family)
    key = settings.JWT_KEYS[0]
    return jwt.encode(payload, key, algorithm=ALGORITHM, headers={"kid": key_id(key)}), claims


def read(token: str, *, kind: str) -> Claims:
    """Return what a token of `kind` says; raises BadToken for anything that is not exactly ours."""
    if len(token) > LONGEST_TOKEN:
        raise BadToken("too long")
    try:
        payload = _backend(_key_of(token)).decode(cast(Any, token))
        return _claims(payload, kind)
    except UNREADABLE as error:
        raise BadToken(type(error).__name__) from error


def key_id(key: str) -> str:
    """Name a key without telling it."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _key_of(token: str) -> str:
    kid = jwt.get_unverified_header(token).get("kid")
    return {key_id(key): key for key in settings.JWT_KEYS}[str(kid)]


@cache
def _backend(key: str) -> TokenBackend:
    return TokenBackend(ALGORITHM, signing_key=key, audience=AUDIENCE, issuer=ISSUER)


def _claims(payload: dict[str, Any], kind: str) -> Claims:
    if payload["typ"] != kind or not isinstance(payload["ver"], int):
        raise ValueError("kind")
    return Claims(
        kind=kind,
        id=UUID(payload["jti"]),
        user=UUID(payload["sub"]),
        tenant=UUID(payload["tenant_id"]),
        version=payload["ver"],
        role=str(payload["role"]),
        expires_at=datetime.fromtimestamp(payload["exp"], UTC),
        family=UUID(payload["fam"]) if "fam" in payload else NO_FAMILY,
    )
