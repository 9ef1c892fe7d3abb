"""Give the test run its services before Django reads its settings (F7); loaded early with `-p tests.plugin`.

The first process starts the embedded server, or takes `DATABASE_URL` and `BROKER_URL`; all others inherit.
"""

import os
import secrets
from pathlib import Path

import pytest
from xdist.remote import Producer

from config.embedded import postgres, valkey
from tests import databases
from tests.spreading import Spreading, longest_first

SCRATCH = Path(__file__).resolve().parent.parent / ".minga" / "test"
STARTED: list[postgres.Server | valkey.Server] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Set the environment that settings.py reads; each process names a database of its own."""
    if "MINGA_TEST_RUN" not in os.environ:
        _prepare_run()
    databases.point_at(databases.own_name())
    os.environ["MINGA_QUEUE_PREFIX"] = databases.own_name()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spreading | None:
    """Spread the tests our way, unless the caller chose another with --dist."""
    if config.getoption("dist") != "load":
        return None
    # They are in the right order already; xdist would begin with the files of most tests.
    config.option.loadscopereorder = False
    return Spreading(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process sits idle while another ends it."""
    if hasattr(config, "workerinput"):
        longest_first(items)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind: databases, roles, servers."""
    if hasattr(config, "workerinput") or "MINGA_TEST_RUN" not in os.environ:
        return
    if "MINGA_TEST_GIVEN_DATABASE" in os.environ:
        databases.drop_all()
    while STARTED:
        STARTED.pop().stop()
    del os.environ["MINGA_TEST_RUN"]


def _prepare_run() -> None:
    run = os.environ["MINGA_TEST_RUN"] = secrets.token_hex(3)
    os.environ["MINGA_TEST_OWNER_URL"] = _database_url()
    os.environ |= {
        "BROKER_URL": _broker_url(),
        "MINGA_PUBLIC_ROLE": f"minga_test_{run}_public",
        "CACHE_URL": "",
        "MINGA_LOGIN": "public",
        "MINGA_DEMO": "1",
        "MINGA_HTTPS": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **{name: secrets.token_urlsafe(48) for name in ("MINGA_SECRET_KEY", "MINGA_JWT_KEY", "MINGA_DB_KEY")},
    }


def _database_url() -> str:
    if "DATABASE_URL" in os.environ:
        # Roles outlive databases on somebody else's server: cleaned up at the end.
        os.environ["MINGA_TEST_GIVEN_DATABASE"] = "1"
        return os.environ["DATABASE_URL"]
    STARTED.append(postgres.start(SCRATCH / "postgres", durable=False))
    return STARTED[-1].url


def _broker_url() -> str:
    if "BROKER_URL" in os.environ:
        return os.environ["BROKER_URL"]
    STARTED.append(valkey.start(SCRATCH / "broker", name="broker", durable=False))
    return STARTED[-1].url
