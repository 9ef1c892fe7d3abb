"""Which PostgreSQL login speaks for whom (S1)."""

import enum
import hashlib
import hmac
from dataclasses import dataclass
from functools import cache

from django.conf import settings

PUBLIC_SCHEMA = "public"


class Voice(enum.StrEnum):
    """The three kinds of login."""

    OWNER = "owner"  # migrations, provisioning, the platform queue
    PUBLIC = "public"  # sessions, log-in, staff
    TENANT = "tenant"  # one schema, reading and writing or reading only


@dataclass(frozen=True, slots=True)
class Login:
    """A database role together with the one schema it works in."""

    voice: Voice
    role: str
    schema: str
    read_only: bool = False


def owner(schema: str = PUBLIC_SCHEMA) -> Login:
    """Return the owner's login, its path set to `schema`."""
    return Login(Voice.OWNER, str(settings.DATABASES["default"]["USER"]), schema)


def public() -> Login:
    """Return the login that reaches the shared tables and no tenant."""
    return Login(Voice.PUBLIC, public_role(), PUBLIC_SCHEMA)


def tenant(schema: str, *, read_only: bool = False) -> Login:
    """Return the login that reaches `schema` alone."""
    return Login(Voice.TENANT, role_name(schema, read_only=read_only), schema, read_only)


def initial() -> Login:
    """Return the login that this process starts with (`MINGA_LOGIN`)."""
    return owner() if settings.DB_LOGIN == Voice.OWNER else public()


def role_name(schema: str, *, read_only: bool) -> str:
    """Name the role of `schema`; roles are cluster-wide, schema names are random."""
    return f"{schema}_{'ro' if read_only else 'rw'}"


def public_role() -> str:
    """Name the public role after the database, since two installations may share one cluster."""
    return str(settings.DB_PUBLIC_ROLE)


@cache
def password(role: str) -> str:
    """Derive a role's password from `MINGA_DB_KEY`: nothing to store, nothing to leak from a table."""
    return hmac.new(settings.DB_KEY.encode(), role.encode(), hashlib.sha256).hexdigest()
