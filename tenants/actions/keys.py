"""Programs' keys to one tenant: made once, narrowed to parts, revoked at once, audited (W14)."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenants import queries
from tenants.models import ApiKey, Tenant
from tenants.records import actions as records
from tenants.rules import RefusalKind, Refused, Role, TenantStatus
from tenants.scope import tenant_scope

KEY_MARK = "minga_"


class UnknownKey(Refused):
    """The tenant has no such key."""

    code = "unknown_key"
    kind = RefusalKind.MISSING
    message = _("There is no such key here.")


@transaction.atomic
def make_api_key(
    *, tenant: Tenant, name: str, role: Role, areas: Iterable[str] = (), by: UUID | None = None
) -> tuple[ApiKey, str]:
    """Make a program's key to all parts or the named apps; the secret is returned once, its hash is kept."""
    secret = KEY_MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        tenant=tenant,
        name=name,
        role=role,
        areas=sorted(areas),
        prefix=secret[:12],
        digest=queries.key_digest(secret),
    )
    _tell(key, "key_made", by)
    return key, secret


@transaction.atomic
def revoke_api_key(*, key: ApiKey, now: datetime, by: UUID | None = None) -> None:
    """End a key at once; revoking twice keeps the first moment."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        _tell(key, "key_revoked", by)


def revoke_own_key(*, tenant: Tenant, number: UUID, now: datetime, by: UUID) -> None:
    """End one of a tenant's own keys. Raises UnknownKey."""
    found = ApiKey.objects.filter(pk=number, tenant=tenant).select_related("tenant").first()
    if found is None:
        raise UnknownKey
    revoke_api_key(key=found, now=now, by=by)


def note_use(*, key: ApiKey, now: datetime, grain: timedelta) -> None:
    """Remember when a key was last used, at most once per `grain`: one write per request would be dear."""
    if key.used_at is None or now - key.used_at > grain:
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)


def _tell(key: ApiKey, verb: str, by: UUID | None) -> None:
    """Write into the platform's history, and after the commit, by another log-in, into the tenant's audit."""
    change = {"prefix": key.prefix, "role": key.role, "areas": key.areas}
    records.note_act(verb=verb, of="tenants.apikey", id=key.pk, by=by, tenant=key.tenant_id, change=change)
    transaction.on_commit(partial(_note, key, verb, by, change))


def _note(key: ApiKey, verb: str, by: UUID | None, change: dict[str, Any]) -> None:
    if key.tenant.status == TenantStatus.READY:
        with tenant_scope(key.tenant.schema_name):
            records.note(verb=verb, of="key", id=key.pk, by=by, change=change)
