"""A killed embedded server comes back by itself (F3, F4, F5): real servers, real kills."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg
import pytest

from config.embedded import EmbeddedError, postgres, upkeep, valkey
from config.embedded.upkeep import Upkeep


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LANG", "en")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder():
    """A folder that every account may enter; pytest's own are closed to all but us."""
    made = Path(tempfile.mkdtemp(dir="/var/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def until(happened: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_postgresql_comes_back_with_its_data(folder):
    """F3, S10: kill -9 of the server loses nothing that was committed."""
    said: list[str] = []
    with Upkeep(said.append) as servers:
        url = servers.start("PostgreSQL", partial(postgres.start, folder / "postgres", durable=True))
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
        pid_file = folder / "postgres/cluster/postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        until(lambda: bool(said))
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT seven FROM kept").fetchall() == [(7,)]
        assert said == ["PostgreSQL had ended; it runs again with its data."]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_killed_broker_comes_back_at_the_same_address(folder):
    """F4: the worker's connection finds it again; at the end nothing is left."""
    said: list[str] = []
    with Upkeep(said.append) as servers:
        servers.start("broker", partial(valkey.start, folder / "broker", name="broker", durable=True))
        os.kill(int((folder / "broker/pid").read_text()), signal.SIGKILL)
        until(lambda: bool(said))
        assert valkey.answers(folder / "broker/broker.sock")
    assert not valkey.answers(folder / "broker/broker.sock")


def test_a_server_that_cannot_start_again_is_told_once_and_tried_again(monkeypatch):
    """F7: a full disk is one line, not one each second; room on it is enough of a cure."""
    monkeypatch.setattr(upkeep, "PAUSE", 0.02)
    said: list[str] = []
    begun: list[Stopping] = []

    def start() -> Stopping:
        begun.append(Stopping())
        if 1 < len(begun) < 5:
            raise EmbeddedError("The disk is full.")
        return begun[-1]

    with Upkeep(said.append) as servers:
        servers.start("cache", start)
        begun[0].lives = False
        until(lambda: len(said) == 2)
    assert said == ["The disk is full.", "cache had ended; it runs again with its data."]
    assert [server.stopped for server in begun] == [True, False, False, False, True]


class Stopping:
    """A server that the test can end."""

    url = "here"

    def __init__(self) -> None:
        self.lives, self.stopped = True, False

    def is_running(self) -> bool:
        return self.lives

    def stop(self) -> None:
        self.stopped = True
