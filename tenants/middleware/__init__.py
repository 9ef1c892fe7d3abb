"""Who is asking, of which tenant, and may they? Settled before the view, outside the tenant's scope."""

from tenants.middleware.activity import ActivityMiddleware
from tenants.middleware.body_size import BodySizeMiddleware
from tenants.middleware.caching import CachingMiddleware
from tenants.middleware.health import HealthMiddleware
from tenants.middleware.https import HttpsMiddleware
from tenants.middleware.metrics import MetricsMiddleware
from tenants.middleware.proxy import ProxyMiddleware
from tenants.middleware.request_id import RequestIdMiddleware
from tenants.middleware.tenancy import TenantMiddleware

__all__ = [
    "ActivityMiddleware",
    "BodySizeMiddleware",
    "CachingMiddleware",
    "HealthMiddleware",
    "HttpsMiddleware",
    "MetricsMiddleware",
    "ProxyMiddleware",
    "RequestIdMiddleware",
    "TenantMiddleware",
]
