"""What the tests of identity share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def in_english() -> Iterator[None]:
    """Let refusals be read as they are written; the house speaks Spanish first (W7)."""
    with translation.override("en"):
        yield
