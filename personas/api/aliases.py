"""The first clients' unversioned paths, below /api/: the same doors under their old names (W9)."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, re_path
from rest_framework.viewsets import GenericViewSet

from personas.api.classifier import ClassifierViewSet
from personas.api.locks import LockViewSet
from personas.api.maintenance import MaintenanceViewSet
from personas.api.metrics import MetricsViewSet
from personas.api.reclassifications import JOB, ReclassificationViewSet
from tenants.intake import NUMBER

CONTACT = rf"contacts/(?P<contact_id>{NUMBER})"

# Each door, its paths, and the methods of its view that answer there.
DOORS: list[tuple[type[GenericViewSet], dict[str, dict[str, str]]]] = [
    (
        ClassifierViewSet,
        {
            "classify": {"post": "classify"},
            "diagnose": {"post": "diagnose"},
            "normalize": {"post": "normalize"},
            f"{CONTACT}/classification": {"get": "contact"},
        },
    ),
    (LockViewSet, {f"{CONTACT}/lock": {"post": "lock"}}),
    (
        ReclassificationViewSet,
        {
            "reclassify/all": {"post": "all"},
            "reclassify/by-keyword": {"post": "by_keyword"},
            "reclassify/by-persona": {"post": "by_persona"},
            "reclassify/affected": {"post": "affected"},
            "reclassify/estimate": {"post": "estimate"},
            "jobs": {"get": "jobs"},
            JOB: {"get": "job"},
            f"{JOB}/cancel": {"post": "cancel"},
            f"{JOB}/undo": {"post": "undo"},
        },
    ),
    (
        MetricsViewSet,
        {
            "stats": {"get": "stats"},
            "metrics/latest": {"get": "latest"},
            "metrics/history": {"get": "history"},
            "metrics/compute": {"post": "compute"},
        },
    ),
    (
        MaintenanceViewSet,
        {
            "maintenance/normalize-job-titles": {"post": "normalize_job_titles"},
            "maintenance/ensure-indexes": {"post": "ensure_indexes"},
            "maintenance/invalidate-cache": {"post": "invalidate_cache"},
        },
    ),
]


def _aliases() -> Iterator[URLPattern]:
    for view, paths in DOORS:
        # For programs that know it from before; not described twice.
        undescribed: Any = type(f"FirstClients{view.__name__}", (view,), {"schema": None})
        for path, methods in paths.items():
            # They wrote some paths with a slash at the end and some without.
            yield re_path(rf"^persona-classifier/{path}/?$", undescribed.as_view(methods))


urlpatterns = [*_aliases()]
