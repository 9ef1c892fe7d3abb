"""Addresses of campaigns, below /api/v1/: one line for each door."""

from typing import Any

from django.urls import path, re_path

from campaigns.api.accounts import AccountViewSet
from campaigns.api.audiences import AudienceViewSet
from campaigns.api.batches import BatchViewSet
from campaigns.api.dashboard import OverviewView
from campaigns.api.entries import CallViewSet, EntryViewSet
from campaigns.api.excel import ExcelViewSet
from campaigns.api.routing import EitherSlashRouter
from campaigns.api.scripts import ScriptViewSet, UseCaseViewSet
from campaigns.api.suppression_lists import SuppressionListViewSet
from campaigns.api.suppressions import SuppressionViewSet
from campaigns.api.webhooks import RetellWebhookView
from tenants.intake import NUMBER

# The same doors under another name are described once.
UNDESCRIBED: dict[str, Any] = {"schema": None}

router = EitherSlashRouter()
router.register("accounts", AccountViewSet, basename="api-accounts")
router.register("batches/excel", ExcelViewSet, basename="api-batches-excel")
router.register("batches", BatchViewSet, basename="api-batches")
router.register("audiences", AudienceViewSet, basename="api-audiences")
router.register("entries", EntryViewSet, basename="api-entries")
router.register("calls", CallViewSet, basename="api-calls")
router.register("suppression-lists", SuppressionListViewSet, basename="api-suppression-lists")
router.register("suppressions", SuppressionViewSet, basename="api-suppressions")
router.register("scripts", ScriptViewSet, basename="api-scripts")
router.register("use-cases", UseCaseViewSet, basename="api-use-cases")

# The first clients' name for entries; with a slash at its end the list is that of long work.
JOB = rf"^jobs/(?P<job_id>{NUMBER})"

urlpatterns = [
    *router.urls,
    re_path(r"^jobs$", EntryViewSet.as_view({"get": "list"}, **UNDESCRIBED)),
    re_path(rf"{JOB}/?$", EntryViewSet.as_view({"get": "retrieve"}, detail=True, **UNDESCRIBED)),
    re_path(rf"{JOB}/retry/?$", EntryViewSet.as_view({"post": "retry"}, **UNDESCRIBED)),
    re_path(rf"{JOB}/cancel/?$", EntryViewSet.as_view({"post": "cancel"}, **UNDESCRIBED)),
    re_path(r"^dashboard/overview/?$", OverviewView.as_view(), name="api-dashboard-overview"),
]
# Before the tenant: the endpoint names it.
public = [path("v1/webhooks/retell/<str:endpoint>", RetellWebhookView.as_view(), name="api-webhook-retell")]
