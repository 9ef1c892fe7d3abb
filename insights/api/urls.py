"""Addresses of insights, below /api/v1/: one line for each door."""

from rest_framework.routers import SimpleRouter

from insights.api.fichas import FichaViewSet
from insights.api.insights import InsightViewSet
from insights.api.rows import CommentViewSet, PostViewSet, RunViewSet
from insights.api.tasks import TaskViewSet
from insights.api.users import UserViewSet


class EitherSlashRouter(SimpleRouter):
    """Takes every address as the first clients write it, without a slash at its end, or with one."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"


router = EitherSlashRouter()
router.register("fichas_cliente", FichaViewSet, basename="api-fichas-cliente")
router.register("insights", InsightViewSet, basename="api-insights")
router.register("runs", RunViewSet, basename="api-runs")
router.register("posts", PostViewSet, basename="api-posts")
router.register("comments", CommentViewSet, basename="api-comments")
router.register("tasks", TaskViewSet, basename="api-tasks")
router.register("users", UserViewSet, basename="api-users")

urlpatterns = router.urls
