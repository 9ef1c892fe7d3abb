"""Addresses of personas, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from personas.api.classifier import ClassifierViewSet
from personas.api.imports import LinkedInImportViewSet
from personas.api.locks import LockViewSet
from personas.api.maintenance import MaintenanceViewSet
from personas.api.metrics import MetricsViewSet
from personas.api.reclassifications import ReclassificationViewSet
from personas.api.viewsets import ContactViewSet, KeywordViewSet, PersonaViewSet

router = SimpleRouter()
router.register("contacts", ContactViewSet, basename="api-contacts")
router.register("personas", PersonaViewSet, basename="api-personas")
router.register("keywords", KeywordViewSet, basename="api-keywords")
router.register("linkedin-imports", LinkedInImportViewSet, basename="api-linkedin-imports")
router.register("persona-classifier", ClassifierViewSet, basename="api-persona-classifier")
router.register("persona-classifier", LockViewSet, basename="api-persona-locks")
router.register("persona-classifier", MetricsViewSet, basename="api-persona-metrics")
router.register("persona-classifier", MaintenanceViewSet, basename="api-persona-maintenance")
router.register("persona-classifier", ReclassificationViewSet, basename="api-reclassifications")

urlpatterns = router.urls
