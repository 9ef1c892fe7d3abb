"""What the tests of campaigns share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from django.utils import translation

from tenants import throttling
from tenants.models import Tenant
from tenants.scope import tenant_scope

Inside = Callable[[], AbstractContextManager[object]]


@pytest.fixture
def in_english() -> Iterator[None]:
    """Let refusals be read as they are written; the house speaks Spanish first (W7)."""
    with translation.override("en"):
        yield


@pytest.fixture
def inside(acme: Tenant) -> Inside:
    """Open Acme for a few lines: `with inside(): …`. Requests open the tenant themselves."""
    return partial(tenant_scope, acme.schema_name)


@pytest.fixture
def unused_counters() -> None:
    """Forget the requests of the test before."""
    throttling._limiter().storage.reset()
