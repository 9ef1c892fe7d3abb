"""Whose data is in reach right now? Scopes are opened here and restored on every way out."""

from tenants.scope.reach import (
    NoTenantScope,
    ScopeInTransaction,
    current_schema,
    owner_scope,
    public_scope,
    tenant_scope,
)

__all__ = [
    "NoTenantScope",
    "ScopeInTransaction",
    "current_schema",
    "owner_scope",
    "public_scope",
    "tenant_scope",
]
