"""What can be remembered: an act, a file."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from tenants.records.models import AuditEntry, StoredFile


def note(
    *,
    verb: str,
    of: str,
    id: object,
    by: UUID | None = None,
    change: dict[str, Any] | None = None,
    job: UUID | None = None,
) -> None:
    """Write one audit entry in the caller's transaction. `change` holds ids and states, never personal texts."""
    AuditEntry.objects.create(
        actor=by, verb=verb, object_type=of, object_id=str(id), change=change or {}, job=job
    )


def keep_file(
    *, name: str, content: bytes, content_type: str, by: UUID | None = None, expires_at: datetime | None = None
) -> StoredFile:
    """Store a file's bytes under a server-made id (S5); the given name is only shown."""
    return StoredFile.objects.create(
        name=name[-200:],
        content=content,
        content_type=content_type,
        digest=digest(content),
        size=len(content),
        created_by=by,
        expires_at=expires_at,
    )


def digest(content: bytes) -> str:
    """Return the content hash that makes an upload idempotent (L1)."""
    return hashlib.sha256(content).hexdigest()
