"""Routes with a hole: a raw SQL sink, to see that the database itself refuses (S1, S2)."""

from functools import partial

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from config import urls as product
from tenants.scope.routes import public_routes, tenant_routes


def sink(request: HttpRequest) -> JsonResponse:
    """Execute whatever SQL comes, as an injection would, and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(request.GET["sql"])
        rows = cursor.fetchall() if cursor.description else []
    return JsonResponse({"rows": [[str(cell) for cell in row] for row in rows]})


def crash(request: HttpRequest) -> JsonResponse:
    """Fail in mid-request."""
    raise ZeroDivisionError


def sunk(request: HttpRequest) -> JsonResponse:
    """Go as deep as what was sent, as a reader without a limit does."""
    return sunk(request)


urlpatterns = [
    *public_routes(path("planted/public/", partial(sink))),
    *tenant_routes(path("planted/sink/", sink), path("planted/crash/", crash), path("planted/sunk/", sunk)),
    path("", include(product.urlpatterns)),
]
