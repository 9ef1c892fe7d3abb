"""Addresses of the frame; config marks `public` and `urlpatterns` (the tenant's)."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from tenants.api.persons import PersonView
from tenants.api.privacy import ErasuresView, ExportFileView, ExportsView
from tenants.api.viewsets import LogInView, LogOutView, MeView, RefreshView
from tenants.api.webhooks import DeliveryViewSet, EndpointViewSet

# Swagger writes style attributes; only its own page may (CSP).
docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="api-schema")
)

public = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    path("v1/token", LogInView.as_view(), name="api-token"),
    path("v1/token/refresh", RefreshView.as_view(), name="api-token-refresh"),
    path("v1/token/logout", LogOutView.as_view(), name="api-token-logout"),
]

router = SimpleRouter()
router.register("webhook-endpoints", EndpointViewSet, basename="api-webhook-endpoints")
router.register("webhook-deliveries", DeliveryViewSet, basename="api-webhook-deliveries")

urlpatterns = [
    path("users/me", MeView.as_view(), name="api-me"),
    path("people/<slug:of>/<str:row>/", PersonView.as_view(), name="api-person"),
    path("privacy/exports", ExportsView.as_view(), name="api-privacy-exports"),
    path("privacy/exports/<uuid:job_id>/file", ExportFileView.as_view(), name="api-privacy-file"),
    path("privacy/erasures", ErasuresView.as_view(), name="api-privacy-erasures"),
    *router.urls,
]
