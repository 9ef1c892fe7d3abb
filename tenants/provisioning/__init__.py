"""How do schemas, roles and grants come to be, and how do they stay at head? Owner's login only."""

from tenants.provisioning.grants import drop_tenant_roles, grant_public, grant_tenant
from tenants.provisioning.schemas import (
    TEMPLATE_SCHEMA,
    clone_template,
    head,
    migrate_known,
    migrate_public,
    migrate_tenant,
    new_schema_name,
    schemas_behind,
)

__all__ = [
    "TEMPLATE_SCHEMA",
    "clone_template",
    "drop_tenant_roles",
    "grant_public",
    "grant_tenant",
    "head",
    "migrate_known",
    "migrate_public",
    "migrate_tenant",
    "new_schema_name",
    "schemas_behind",
]
