"""Addresses of jobs, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from tenants.jobs.api.viewsets import JobViewSet

router = SimpleRouter()
router.register("jobs", JobViewSet, basename="api-jobs")

urlpatterns = router.urls
