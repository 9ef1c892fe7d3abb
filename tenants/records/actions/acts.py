"""The platform's own history: acts of its staff on shared rows, which no tenant's audit log holds (S20)."""

from typing import Any
from uuid import UUID

import structlog

from tenants.models import PlatformAct, User


def note_act(
    *,
    verb: str,
    of: str,
    id: object,
    by: UUID | None,
    tenant: UUID | None = None,
    person: UUID | None = None,
    change: dict[str, Any] | None = None,
    job: UUID | None = None,
) -> None:
    """Write one act into the platform's history, in the caller's transaction. Public or owner's scope.

    `by` is nobody for a command. What people do who are not of the platform's staff is their tenant's alone,
    and is not written. `change` holds ids and states, never personal texts (S19).
    """
    if by is not None and not User.objects.filter(pk=by, is_staff=True).exists():
        return
    PlatformAct.objects.create(
        actor=by,
        verb=verb,
        object_type=of,
        object_id=str(id),
        tenant=tenant,
        person=person,
        change=change or {},
        job=job,
        request=structlog.contextvars.get_contextvars().get("request"),
    )
