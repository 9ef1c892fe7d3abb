"""What a production machine is told before it serves: no short keys, no lone counters (F8, S8)."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured

from config import environment
from tenants.throttling.checks import COUNTED_APART


@pytest.mark.parametrize(
    ("demo", "cache", "said"),
    [
        (False, "", True),
        (False, "redis://cache/1", False),
        (True, "", False),
    ],
)
def test_it_warns_of_counters_that_are_not_shared(settings, demo, cache, said):
    """S8: a limit is one for all processes; the demo has a cache of its own."""
    settings.DEMO, settings.CACHE_URL = demo, cache
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    assert (COUNTED_APART in found) is said


@pytest.mark.parametrize("short", ["old", f"{'k' * 32},{'k' * 31}"])
def test_it_refuses_a_short_old_key(monkeypatch, short):
    """S8: a token signed with a guessed key is as good as any, also with one on its way out."""
    monkeypatch.setenv("MINGA_JWT_OLD_KEYS", short)
    with pytest.raises(ImproperlyConfigured, match="MINGA_JWT_OLD_KEYS is shorter"):
        environment.secrets("MINGA_JWT_OLD_KEYS")


def test_it_takes_long_old_keys_or_none(monkeypatch):
    """Positive control."""
    monkeypatch.setenv("MINGA_JWT_OLD_KEYS", f"{'a' * 32}, {'b' * 40}")
    assert environment.secrets("MINGA_JWT_OLD_KEYS") == ["a" * 32, "b" * 40]
    monkeypatch.delenv("MINGA_JWT_OLD_KEYS")
    assert environment.secrets("MINGA_JWT_OLD_KEYS") == []
