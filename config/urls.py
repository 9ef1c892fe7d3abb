"""Every route, marked public or tenant; a route missing here does not exist, one unmarked is refused."""

from importlib.util import find_spec

from django.urls import include, path

from campaigns.api import urls as calls
from tenants import urls as ground
from tenants.admin import platform_site, tenant_site
from tenants.api import urls as api
from tenants.scope.routes import public_routes, tenant_routes

# --- API: before the tenant (tokens, schema, explorer), then each app's ---

API_APPS = [
    "tenants.api",
    "tenants.jobs.api",
    "identity.api",
    "personas.api",
    "campaigns.api",
    "insights.api",
]

api_routes = [
    *public_routes(path("api/", include(api.public)), path("api/", include(calls.public))),
    *tenant_routes(*(path("api/v1/", include(f"{app}.urls")) for app in API_APPS if find_spec(app))),
    *tenant_routes(path("api/", include("personas.api.aliases"))),
]

# --- pages: the ground floor's, each app's, the two admin sites ---

PAGE_APPS = {
    "campaigns/": "campaigns.urls",
    "identity/": "identity.urls",
    "insights/": "insights.urls",
    "personas/": "personas.urls",
}

page_routes = [
    *public_routes(*ground.public, path("platform/", platform_site.urls)),
    *tenant_routes(
        *ground.tenant,
        path("jobs/", include("tenants.jobs.urls")),
        *(path(prefix, include(urls)) for prefix, urls in PAGE_APPS.items() if find_spec(urls)),
        path("admin/", tenant_site.urls),
    ),
]

urlpatterns = [*api_routes, *page_routes]

handler400 = "config.api_errors.bad_request"
handler404 = "config.api_errors.not_found"
handler500 = "config.api_errors.server_error"
