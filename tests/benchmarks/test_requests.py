"""What do tenancy, role and read-only enforcement cost a request? (S1: at most 0.3 ms)"""

from functools import partial
from typing import Any, cast

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, JsonResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path

from tenants.jobs.models import Job
from tenants.models import Tenant, User
from tenants.records.models import AuditEntry
from tenants.scope import owner_scope, tenant_scope
from tenants.scope.routes import public_routes, tenant_routes
from tests.benchmarks.figures import in_turns, show
from tests.doors import page_client

BARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TENANT = "tenants.middleware.TenantMiddleware"


def rows(request: HttpRequest) -> JsonResponse:
    """Read who is asking and twenty rows: the same work on every side."""
    found = list(Job.objects.values("id", "kind", "state", "done")[:20])
    return JsonResponse({"user": str(request.user), "rows": len(found)})


urlpatterns = [
    *public_routes(path("bare/", partial(rows))),
    *tenant_routes(path("tenant/", rows)),
]


def handler(middleware: list[str]) -> WSGIHandler:
    """Return Django's own WSGI application with these middlewares."""
    with override_settings(MIDDLEWARE=middleware):
        return WSGIHandler()


def caller(app: WSGIHandler, url: str, client: Client) -> Any:
    """Return a call of the whole WSGI stack as the client's user."""
    environ = (
        RequestFactory().get(url).environ
        | client.defaults
        | {"HTTP_COOKIE": client.cookies.output(header="", sep=";").strip()}
    )

    def call() -> None:
        answer: list[str] = []
        response = app(dict(environ), cast(Any, partial(_note, answer)))
        assert answer == ["200 OK"], answer
        response.close()

    return call


def _note(answer: list[str], status: str, _headers: object) -> None:
    answer.append(status)


@pytest.mark.real_roles
@override_settings(ROOT_URLCONF=__name__)
def test_the_cost_of_tenancy(acme: Tenant, alice: User, bob: User) -> None:
    with owner_scope():
        AuditEntry.objects.none()
        Job.objects.bulk_create(Job(kind="bench", subject=str(n)) for n in range(20))
    with tenant_scope(acme.schema_name):
        Job.objects.bulk_create(Job(kind="bench", subject=str(n)) for n in range(20))
    alices, bobs = page_client(alice), page_client(bob)
    bare, full = handler(BARE), handler([*BARE, TENANT])
    timings = in_turns(
        {
            "bare view": caller(bare, "/bare/", alices),
            "tenant, admin": caller(full, "/tenant/", alices),
            "tenant, viewer (read only)": caller(full, "/tenant/", bobs),
        },
        rounds=400,
    )
    first = timings["bare view"]
    extra = [
        f"{name}: +{(t.median - first.median) * 1000:.3f} ms" for name, t in timings.items() if t is not first
    ]
    show(
        "One page request: session, user, 20 rows",
        "| side | median | p95 | ÷ bare |",
        "| --- | --- | --- | --- |",
        *(t.line(first) for t in timings.values()),
        "",
        "; ".join(extra),
    )
