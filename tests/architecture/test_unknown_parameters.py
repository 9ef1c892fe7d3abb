"""Every GET of the API refuses a query parameter that it does not read (W10)."""

import pytest
from django.db import transaction
from django.http import HttpResponseBase

from tenants import throttling
from tenants.models import Tenant, User
from tenants.scope.routes import RouteScope
from tests.architecture.test_route_table import Walk, filled, routes, walk
from tests.doors import ApiClient, api_client

__all__ = ["walk"]


def asked(client: ApiClient, path: str, **query: str) -> HttpResponseBase:
    """GET; whatever it changes is taken back."""
    throttling._limiter().storage.reset()
    with transaction.atomic():
        answer = client.get(path, query)
        transaction.set_rollback(True)
    return answer


@pytest.mark.long
@pytest.mark.usefixtures("db")
def test_a_parameter_that_nobody_reads_is_400(walk: Walk, acme: Tenant, alice: User) -> None:
    """W10: a misspelt filter that is passed over answers with rows that nobody asked for."""
    client = api_client(alice, "acme")
    paths = {
        f"/{filled(walk, acme, path, scope)}"
        for path, scope in routes()
        if path.startswith("api/v1/") and scope is RouteScope.TENANT
    }
    read = sorted(path for path in paths if asked(client, path).status_code == 200)
    assert len(read) > 80
    taken = [path for path in read if asked(client, path, nobody_reads="1").status_code != 400]
    assert taken == []
