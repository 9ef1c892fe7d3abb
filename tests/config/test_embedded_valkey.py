"""The embedded broker and cache (F4, F5): real servers, real kills."""

import os
import shutil
import signal
import stat
import tempfile
from pathlib import Path

import pytest
import redis

from config.embedded import EmbeddedError, valkey


@pytest.fixture
def open_folder():
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def broker(open_folder):
    server = valkey.start(open_folder / "broker", name="broker", durable=True)
    yield server
    server.stop()


def client(server) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(server.socket))


@pytest.mark.parametrize(
    ("name", "value"),
    [("appendonly", "yes"), ("appendfsync", "everysec"), ("maxmemory-policy", "noeviction"), ("port", "0")],
)
def test_the_broker_runs_with_the_promised_settings(broker, name, value):
    """F4: no message is evicted, one second of hints may be lost."""
    with client(broker) as line:
        assert line.config_get(name) == {name: value}


def test_the_brokers_url_is_for_celery(broker):
    """F4: the ordinary transport, on a socket."""
    assert broker.url == f"redis+socket://{broker.socket}?virtual_host=0"
    assert stat.S_IMODE(broker.socket.stat().st_mode) == 0o700


def test_the_cache_forgets_the_oldest_and_writes_nothing(open_folder):
    """F5: 64 MB, least recently used first."""
    server = valkey.start(open_folder / "cache", name="cache", durable=False)
    with client(server) as line:
        settings = line.config_get("maxmemory*") | line.config_get("appendonly")
    server.stop()
    assert server.url == f"unix://{server.socket}?db=0"
    assert settings["maxmemory"] == str(64 * 1024 * 1024)
    assert (settings["maxmemory-policy"], settings["appendonly"]) == ("allkeys-lru", "no")


def test_messages_survive_a_kill_of_the_broker(open_folder):
    """F4, S10: what was written a second ago is there again."""
    server = valkey.start(open_folder / "broker", name="broker", durable=True)
    with client(server) as line:
        line.set("hint", "ticket 7")
        line.execute_command("WAITAOF", 1, 0, 3000)
    os.kill(server.pid, signal.SIGKILL)
    again = valkey.start(open_folder / "broker", name="broker", durable=True)
    with client(again) as line:
        assert line.get("hint") == b"ticket 7"
    server.stop()
    again.stop()


def test_a_torn_file_of_messages_is_put_aside(open_folder):
    """F4, J1: the broker holds hints; a broken file must not keep Minga from starting."""
    server = valkey.start(open_folder / "broker", name="broker", durable=True)
    with client(server) as line:
        line.set("hint", "x" * 100)
    server.stop()
    part = next((open_folder / "broker/appendonlydir").glob("*.incr.aof"))
    part.write_bytes(b"garbage\r\n" * 20)
    again = valkey.start(open_folder / "broker", name="broker", durable=True)
    with client(again) as line:
        assert line.get("hint") is None
    again.stop()
    assert (open_folder / "broker/torn").is_dir()


def test_erasing_a_server_in_use_is_refused(broker, monkeypatch):
    """F7: --reset does not pull the data from under a running demo."""
    monkeypatch.setenv("LANG", "en")
    with pytest.raises(EmbeddedError, match="in use"):
        valkey.erase(broker.home)
