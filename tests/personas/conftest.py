"""Every test of personas begins with unused counters: together they ask more than one person may."""

import pytest

from tenants import throttling


@pytest.fixture(autouse=True)
def unused_counters() -> None:
    """Forget the requests of the test before."""
    throttling._limiter().storage.reset()
