"""Fixtures of every test: the database in rehearsal or for real, the cast, and how they come in."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.db import connections
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tenants import throttling
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tenants.scope.pools import POOLS
from tests import cast, databases
from tests.doors import ApiClient, api_client, page_client
from tests.rehearsing import rehearsed
from tests.workers import Workers, forget_queues, working

NUMBERS = count(1)

# How fast a machine draws and answers is no property. `make properties` asks for the long form.
settings.register_profile(
    "suite", settings(), max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", settings.get_profile("suite"), max_examples=2_000)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    """Forget the requests and the language of the test before; both live in this process."""
    throttling._limiter().storage.reset()
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """Give this process a database like the template."""
    databases.ensure_template()
    databases.copy_template(databases.own_name())
    yield
    POOLS.close()
    databases.drop(databases.own_name())
    forget_queues()


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rehearse: one rolled-back transaction, scopes by SET LOCAL ROLE. Starts under the public role."""
    with django_db_blocker.unblock(), rehearsed():
        yield


@pytest.fixture
def real_roles(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Use real log-ins and committed rows in a database of this test's own. Starts under the public role."""
    name = f"{databases.own_name()}_{next(NUMBERS)}"
    databases.copy_template(name)
    # An earlier test's connections lead to another database.
    connections.close_all()
    databases.point_at(name)
    try:
        with django_db_blocker.unblock():
            yield
    finally:
        connections.close_all()
        POOLS.close()
        databases.point_at(databases.own_name())
        databases.drop(name)


@pytest.fixture
def any_db(request: pytest.FixtureRequest) -> None:
    """Take the test's own kind of database: real if marked so, else rehearsed."""
    real = request.node.get_closest_marker("real_roles") is not None
    request.getfixturevalue("real_roles" if real else "db")


@pytest.fixture
def alice(any_db: None) -> User:
    """Admin of Acme."""
    return cast.person("alice")


@pytest.fixture
def bob(any_db: None) -> User:
    """Viewer at Acme."""
    return cast.person("bob")


@pytest.fixture
def carol(any_db: None) -> User:
    """Admin of Birch, who must never see Acme."""
    return cast.person("carol")


@pytest.fixture
def sam(any_db: None) -> User:
    """Platform staff, with a support membership at Acme."""
    return cast.person("sam")


@pytest.fixture
def acme(any_db: None) -> Tenant:
    """The tenant of most tests."""
    found: Tenant = Tenant.objects.get(slug="acme")
    return found


@pytest.fixture
def birch(any_db: None) -> Tenant:
    """The other tenant."""
    found: Tenant = Tenant.objects.get(slug="birch")
    return found


@pytest.fixture
def in_acme(acme: Tenant) -> Iterator[Tenant]:
    """Work inside Acme, reading and writing."""
    with tenant_scope(acme.schema_name):
        yield acme


@pytest.fixture
def page(any_db: None) -> Callable[[User], Client]:
    """Return a browser-like client in which the user is logged in."""
    return page_client


@pytest.fixture
def api(any_db: None) -> Callable[[User], ApiClient]:
    """Return a client that sends the user's access token and speaks JSON."""
    return api_client


@pytest.fixture
def workers(real_roles: None) -> Iterator[Workers]:
    """Start and kill real workers on this test's own database."""
    with working() as crew:
        yield crew


@pytest.fixture
def in_english() -> Iterator[None]:
    """Let words be read as they are written; the house speaks Spanish first (W7)."""
    with translation.override("en"):
        yield
