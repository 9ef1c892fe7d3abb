"""A real database that is away for a minute, a real broker that loses all it held (S12).

An installation of its own: servers, web, worker and beat as one machine runs them; nobody starts the programs
again. `make drills` runs it; the suite does not.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

import psycopg
import pytest
import redis

from config import surroundings
from config.embedded import postgres, valkey
from tests.browser.served import free_port
from tests.workers import ROOT

pytestmark = [pytest.mark.long, pytest.mark.kill]
AWAY_SECONDS = 60
BACK_SECONDS = 10
SENT_AGAIN_SECONDS = 60
CEDAR = "cedar.localhost"
SERVERS = ("postgres", "broker", "cache")
MAKE = """
from tenants.actions import create_tenant
from tenants.scope import owner_scope
with owner_scope():
    create_tenant(name={slug!r}, slug={slug!r}, country="CL")
"""


@dataclass
class Installation:
    """Servers and programs below a folder of their own."""

    home: Path
    servers: dict[str, postgres.Server | valkey.Server] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    port: int = field(default_factory=free_port)

    def start(self, name: str) -> None:
        """Start a server; it is where it was before."""
        begun: postgres.Server | valkey.Server
        if name == "postgres":
            begun = postgres.start(self.home / name, durable=True)
        else:
            begun = valkey.start(self.home / name, name=name, durable=name == "broker")
        assert name not in self.servers or self.servers[name].url == begun.url
        self.servers[name] = begun

    def manage(self, *words: str) -> None:
        """Run a command as the operator does."""
        owner = {**self.environment, "MINGA_LOGIN": "owner"}
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=owner, check=True, timeout=180)

    def run(self, *names: str) -> None:
        """Start programs of the product by their names."""
        bind = f"127.0.0.1:{self.port}"
        for one in surroundings.programs(
            binds=[bind], environment=self.environment, web=1, threads=4, jobs=1
        ):
            if one.name in names:
                self.running[one.name] = subprocess.Popen(
                    one.command, cwd=ROOT, env=dict(one.environment or {}), start_new_session=True
                )

    def asked(self, path: str, host: str = "localhost") -> tuple[int, "Message[str, str]", str]:
        """Ask the web process; return status, headers and body, 0 for a status when nobody listens."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read().decode()
        except OSError:
            return 0, Message(), ""

    def stop(self) -> None:
        """End the programs, then the servers."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(30)
        for server in self.servers.values():
            server.stop()


@pytest.fixture
def installed() -> Iterator[Installation]:
    """Everything but worker and beat runs, at head, with no tenant."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        made = Installation(Path(folder) / "state")
        stack.callback(made.stop)
        for name in SERVERS:
            made.start(name)
        addresses = surroundings.Services(*(made.servers[name].url for name in SERVERS)).environment
        keys = surroundings.demo_secrets(made.home / "secrets.json").keys
        outside = {name: value for name, value in os.environ.items() if not name.startswith("MINGA_")}
        made.environment = outside | addresses | keys | {"MINGA_DEMO": "1", "MINGA_HTTPS": "0"}
        made.manage("migrate", "--verbosity", "0")
        made.run("web")
        until(lambda: made.asked("/health/ready")[0] == 200, 60)
        yield made


def until(holds: Callable[[], object], seconds: float) -> float:
    """Return how many seconds it took until `holds()`; fail after `seconds`."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.2)
    return time.monotonic() - began


def is_made(installed: Installation, slug: str) -> bool:
    question = "SELECT status = 'ready' FROM tenants_tenant WHERE slug = %s"
    with psycopg.connect(installed.environment["DATABASE_URL"]) as connection:
        row = connection.execute(question, [slug]).fetchone()
    return bool(row and row[0])


def messages(installed: Installation) -> int:
    """Return how many messages the broker holds."""
    path = installed.environment["BROKER_URL"].partition("://")[2].partition("?")[0]
    with redis.Redis(unix_socket_path=path) as broker:
        return sum(broker.llen(key) for key in broker.scan_iter("*platform*", _type="list"))


def test_work_comes_back_when_the_broker_lost_it(installed: Installation) -> None:
    """S12, S10: the broker is a hint: without its file, all that is due is sent again within a minute."""
    installed.manage("shell", "--verbosity", "0", "-c", MAKE.format(slug="cedar"))
    assert messages(installed)
    installed.servers["broker"].stop()
    valkey.erase(installed.home / "broker")
    assert '"broker": "unavailable"' in installed.asked("/health/ready")[2]
    installed.start("broker")
    assert not messages(installed)
    installed.run("worker", "beat")
    took = until(lambda: is_made(installed, "cedar"), SENT_AGAIN_SECONDS)
    print(f"\nsent again and done {took:.0f} s after the programs' start")


def test_a_database_away_for_a_minute_comes_back_by_itself(installed: Installation) -> None:
    """S12: 503 with a wait, not ready but alive; ten seconds after it is back all is as before."""
    installed.run("worker", "beat")
    installed.manage("shell", "--verbosity", "0", "-c", MAKE.format(slug="cedar"))
    until(lambda: is_made(installed, "cedar"), 120)
    installed.servers["postgres"].stop()
    end = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < end:
        assert installed.asked("/health/live")[0] == 200
        assert installed.asked("/health/ready")[0] == 503
        status, headers, _body = installed.asked("/login/", CEDAR)
        assert (status, int(headers["Retry-After"]) > 0) == (503, True)
        time.sleep(2)
    installed.start("postgres")
    took = until(lambda: installed.asked("/health/ready")[0] == 200, BACK_SECONDS)
    assert installed.asked("/login/", CEDAR)[0] == 200
    installed.manage("shell", "--verbosity", "0", "-c", MAKE.format(slug="birch"))
    worked = until(lambda: is_made(installed, "birch"), SENT_AGAIN_SECONDS)
    assert {name: process.poll() for name, process in installed.running.items()} == dict.fromkeys(
        installed.running
    )
    print(f"\nready after {took:.1f} s, at work after {worked:.0f} s more")
