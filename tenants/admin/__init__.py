"""The door for staff: two sites, one house base, and the ground floor's own models.

Jobs and records are registered here, since the house base stands above their rooms.
"""

from tenants.admin import (  # noqa: F401 - they register
    alerts,
    ground_empties,
    history,
    jobs,
    keys,
    members,
    people,
    privacy,
    records,
    retention,
    schedules,
    signins,
    tenancy,
    webhooks,
)
from tenants.admin.acts import Act
from tenants.admin.buttons import SEEN, Button
from tenants.admin.columns import ago, badge
from tenants.admin.model_admin import HouseModelAdmin, OwnPageModelAdmin, ReadOnlyModelAdmin
from tenants.admin.pages import Page
from tenants.admin.sites import platform_site, tenant_site

__all__ = [
    "SEEN",
    "Act",
    "Button",
    "HouseModelAdmin",
    "OwnPageModelAdmin",
    "Page",
    "ReadOnlyModelAdmin",
    "ago",
    "badge",
    "platform_site",
    "tenant_site",
]
