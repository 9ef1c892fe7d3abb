"""Addresses of identity, below /api/v1/: those of the router, and each room's own list."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from identity.api.imports import FleetImportViewSet
from identity.api.jobs import DrainViewSet
from identity.api.leads import LeadViewSet
from identity.api.links import LinkViewSet, OriginViewSet
from identity.api.match import MatchViewSet
from identity.api.persons import MergeProposalViewSet, PersonViewSet
from identity.api.runs import RunViewSet, StatsView
from identity.api.unmatched import UnmatchedViewSet

router = SimpleRouter()
router.register("cabinet-leads", LeadViewSet, basename="api-cabinet-leads")
router.register("identity/imports", FleetImportViewSet, basename="api-fleet-imports")
router.register("identity", DrainViewSet, basename="api-identity-drain")
router.register("identity", MatchViewSet, basename="api-identity-match")
router.register("identity/persons", PersonViewSet, basename="api-identity-persons")
router.register("identity/merge-proposals", MergeProposalViewSet, basename="api-identity-merge-proposals")
router.register("identity/links", LinkViewSet, basename="api-identity-links")
router.register("identity/origins", OriginViewSet, basename="api-identity-origins")
router.register("identity/unmatched", UnmatchedViewSet, basename="api-identity-unmatched")
router.register("identity/runs", RunViewSet, basename="api-identity-runs")

urlpatterns = [
    *router.urls,
    path("identity/stats/", StatsView.as_view(), name="api-identity-stats"),
    path("ops/", include("identity.api.ops.urls")),
]
