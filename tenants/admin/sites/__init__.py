"""The two admin sites: one inside the open tenant, one for platform staff; neither shows the other's rows."""

from tenants.admin.sites.platform import PlatformSite
from tenants.admin.sites.tenant import TenantSite

__all__ = ["platform_site", "tenant_site"]

tenant_site = TenantSite("admin")
platform_site = PlatformSite("platform")
