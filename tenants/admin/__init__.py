"""The door for staff: two sites, one house base, and the ground floor's own models."""

from tenants.admin.buttons import Button
from tenants.admin.columns import ago
from tenants.admin.model_admin import HouseModelAdmin, ReadOnlyModelAdmin
from tenants.admin.sites import platform_site, tenant_site

__all__ = ["Button", "HouseModelAdmin", "ReadOnlyModelAdmin", "ago", "platform_site", "tenant_site"]
