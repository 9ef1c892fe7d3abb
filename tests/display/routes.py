"""The named pages that the frame links to, each answering with nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer with an empty page."""
    return HttpResponse()


urlpatterns = [
    path("", nothing, name="home"),
    path("choose/", nothing, name="choose"),
    path("members/", nothing, name="members"),
    path("keys/", nothing, name="keys"),
    path("security/", nothing, name="security"),
    path("saved/", nothing, name="saved"),
    path("login/", nothing, name="login"),
    path("logout/", nothing, name="logout"),
    path("language/", nothing, name="set_language"),
    path("jobs/", include(([path("", nothing, name="list")], "jobs"))),
    path("admin/", include(([path("", nothing, name="index")], "admin"))),
    path("api/docs/", nothing, name="api-docs"),
]
