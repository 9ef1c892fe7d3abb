"""Give the test run its services before Django reads its settings (F7); loaded early with `-p tests.plugin`.

The first process starts the embedded server, or takes `DATABASE_URL` and `BROKER_URL`; all others inherit.
"""

import os
import secrets
from pathlib import Path

import pytest

from config.embedded import postgres
from tests import databases

ROOT = Path(__file__).resolve().parent.parent
STARTED: list[postgres.Server] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set the environment that settings.py reads; each process names a database of its own."""
    if "MINGA_TEST_RUN" not in os.environ:
        _prepare_run()
    databases.point_at(databases.own_name())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind: databases, roles, servers."""
    if hasattr(config, "workerinput") or "MINGA_TEST_RUN" not in os.environ:
        return
    if STARTED:
        STARTED.pop().stop()
    else:
        databases.drop_all()
    del os.environ["MINGA_TEST_RUN"]


def _prepare_run() -> None:
    if "DATABASE_URL" not in os.environ:
        STARTED.append(postgres.start(ROOT / ".minga" / "test" / "postgres", durable=False))
        os.environ["DATABASE_URL"] = STARTED[0].url
    run = os.environ["MINGA_TEST_RUN"] = secrets.token_hex(3)
    os.environ["MINGA_TEST_OWNER_URL"] = os.environ["DATABASE_URL"]
    os.environ["MINGA_TEST_BROKER_URL"] = os.environ.get("BROKER_URL", "")
    os.environ |= {
        "MINGA_PUBLIC_ROLE": f"minga_test_{run}_public",
        "BROKER_URL": "memory://localhost/",
        "CACHE_URL": "",
        "MINGA_LOGIN": "public",
        "MINGA_DEMO": "1",
        "MINGA_HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **{name: secrets.token_urlsafe(48) for name in ("MINGA_SECRET_KEY", "MINGA_JWT_KEY", "MINGA_DB_KEY")},
    }
