"""The log keeps one line of what Django refused, and the traceback of a defect (S13)."""

import logging
import sys

import pytest

from config.logged import RefusalsInOneLine


@pytest.mark.parametrize(
    ("logger", "traced"),
    [
        ("django.security.DisallowedHost", False),
        ("django.security", False),
        ("django.request", True),
        ("django.securityx", True),
    ],
)
def test_it_drops_the_tracebacks_of_refusals_alone(logger: str, traced: bool) -> None:
    """A filter on a handler sees the records of all loggers, their children's too."""
    try:
        raise ValueError
    except ValueError:
        record = logging.LogRecord(logger, logging.ERROR, "", 1, "refused", (), sys.exc_info())
    assert RefusalsInOneLine().filter(record)
    assert bool(record.exc_info) is traced
