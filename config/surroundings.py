"""What `demo`, `serve` and `test` prepare before Django reads its settings (F3, F7, F8).

Standard library and drivers only; nothing here may import Django's settings.
"""

import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from kombu.connection import Connection
from kombu.exceptions import OperationalError

from config.bootstrap import _
from config.embedded import EmbeddedError, places, postgres, valkey
from config.embedded.upkeep import Upkeep
from config.environment import postgres_keys
from config.supervisor import Program

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".minga"
KEYS = ("MINGA_SECRET_KEY", "MINGA_JWT_KEY", "MINGA_DB_KEY")
# A production has a provider of its own; only the demo runs one.
SIMULATOR_KEY = "MINGA_SIMULATOR_KEY"
# Seconds: a server on the network answers within them, or something is wrong.
PATIENCE = 5
# As `server_version_num` counts. Views that run with the rights of who asks (S1) came with 15.
OLDEST_SERVER = 150_000
WHAT_IT_IS = """
    SELECT current_setting('server_version_num')::int, rolsuper OR rolcreaterole, rolsuper OR rolcreatedb
      FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Services:
    """The addresses that every process of one Minga is given."""

    database: str
    broker: str
    cache: str

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that settings.py reads."""
        return {"DATABASE_URL": self.database, "BROKER_URL": self.broker, "CACHE_URL": self.cache}


@contextmanager
def services(state: Path, say: Callable[[str], object] = print) -> Iterator[Services]:
    """Yield the services that the environment names; what it does not name is kept running below `state`.

    A server of ours that dies is started again, and `say` gets a line about it. Raises EmbeddedError with
    one line and the cure. What was started is stopped at the end.
    """
    named = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "BROKER_URL", "CACHE_URL")}
    with Upkeep(say) as upkeep:
        if named["DATABASE_URL"]:
            check_database(named["DATABASE_URL"])
        else:
            forget_postgres_variables()
            start = partial(postgres.start, state / "postgres", durable=True)
            named["DATABASE_URL"] = upkeep.start("PostgreSQL", start)
        if named["BROKER_URL"]:
            check_broker(named["BROKER_URL"])
        for variable, name in (("BROKER_URL", "broker"), ("CACHE_URL", "cache")):
            if not named[variable]:
                begin = partial(valkey.start, state / name, name=name, durable=name == "broker")
                named[variable] = upkeep.start(f"Valkey ({name})", begin)
        yield Services(named["DATABASE_URL"], named["BROKER_URL"], named["CACHE_URL"])


def forget_postgres_variables() -> None:
    """Keep the caller's own PGPORT, PGOPTIONS and the like away from our own server."""
    for name in [name for name in os.environ if name.startswith("PG") and name.isupper()]:
        del os.environ[name]


def check_database(url: str, *, for_tests: bool = False) -> None:
    """Refuse a DATABASE_URL that is none, that nobody answers, or that is not enough (S1).

    Raises EmbeddedError with the cure.
    """
    keys = postgres_keys(url)
    if keys is None:
        # Never the URL itself: it may hold a password.
        raise EmbeddedError(
            _(
                "DATABASE_URL must look like postgres://owner:password@host:5432/minga and name a user; "
                "correct it, or unset it to use the embedded one."
            )
        )
    try:
        with connect(keys) as server:
            (found,) = server.execute(WHAT_IT_IS).fetchall()
    except (psycopg.Error, ValueError) as error:
        # What follows the first line is libpq's advice, or the same again for another address.
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EmbeddedError(
            _(
                "The database of DATABASE_URL cannot be reached (%(reason)s); start it, correct the URL, or "
                "unset it to use the embedded one."
            )
            % {"reason": reason}
        ) from None
    if lacking := what_lacks(*found, for_tests=for_tests):
        raise EmbeddedError(lacking)


def what_lacks(
    version: int, may_make_roles: bool, may_make_databases: bool, *, for_tests: bool = False
) -> str:
    """Say in one line, with the cure, what a server and its owner lack (as WHAT_IT_IS asks), or nothing."""
    if version < OLDEST_SERVER:
        words = _(
            "The database of DATABASE_URL is PostgreSQL %(version)s and Minga needs 15 or later; use a newer "
            "server, or unset it to use the embedded one."
        )
        return words % {"version": version // 10_000}
    if not may_make_roles:
        return _(
            "The user of DATABASE_URL may make no log-ins, which every tenant has of its own; give it that "
            "right: ALTER ROLE its_name CREATEROLE."
        )
    if for_tests and not may_make_databases:
        return _(
            "The user of DATABASE_URL may make no databases, which tests do; give it that right: ALTER ROLE "
            "its_name CREATEDB."
        )
    return ""


def connect(keys: Mapping[str, str]) -> psycopg.Connection:
    """Connect as Django will, part by part: of a URL it cannot read libpq repeats the words."""
    return psycopg.connect(
        host=keys["HOST"] or None, port=keys["PORT"] or None, user=keys["USER"],
        password=keys["PASSWORD"] or None, dbname=keys["NAME"], connect_timeout=PATIENCE,
    )  # fmt: skip


def check_broker(url: str) -> None:
    """Refuse a BROKER_URL that nobody answers; raises EmbeddedError with the cure."""
    try:
        with Connection(url, connect_timeout=PATIENCE) as line:  # type: ignore[no-untyped-call]  # kombu's
            line.ensure_connection(max_retries=1, timeout=PATIENCE)
    except (OperationalError, OSError, ValueError, KeyError) as error:
        # Never the URL itself: it may hold a password.
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise EmbeddedError(
            _(
                "The broker of BROKER_URL (%(kind)s) cannot be reached (%(reason)s); start it, correct the "
                "URL, or unset it to use the embedded one."
            )
            % {"kind": urlsplit(url).scheme, "reason": reason}
        ) from None


@dataclass(slots=True)
class DemoSecrets:
    """What the demo invents at its first start and keeps where only we can read it (F8)."""

    path: Path
    keys: dict[str, str]
    passwords: dict[str, str]
    api_keys: dict[str, str]

    def save(self) -> None:
        """Write all of it; a kill in the middle leaves the old file."""
        kept = {"keys": self.keys, "passwords": self.passwords, "api_keys": self.api_keys}
        new = self.path.with_suffix(".new")
        with places.one_line_errors(self.path):
            places.make_parent(self.path.parent)
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                json.dump(kept, file, indent=1)
            new.replace(self.path)


def demo_secrets(path: Path) -> DemoSecrets:
    """Return the demo's secrets, made anew when the file is missing or broken."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        keys = {name: kept["keys"][name] for name in KEYS}
        # A demo of before the simulator keeps its data: the other keys stay.
        keys[SIMULATOR_KEY] = kept["keys"].get(SIMULATOR_KEY) or secrets.token_urlsafe(48)
        return DemoSecrets(path, keys, kept["passwords"], kept["api_keys"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        made = {name: secrets.token_urlsafe(48) for name in (*KEYS, SIMULATOR_KEY)}
        found = DemoSecrets(path, made, {}, {})
        found.save()
        return found


def programs(
    *, binds: list[str], environment: Mapping[str, str], web: int, threads: int, jobs: int
) -> list[Program]:
    """Return web, worker and beat as one machine runs them; none of them starts with the owner's log-in."""
    # Celery warns root of unpickling, which our workers never do.
    quiet = ",".join(
        filter(None, (environment.get("PYTHONWARNINGS"), "ignore:You're running the worker with"))
    )
    everyone = {**environment, "MINGA_LOGIN": "public", "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": quiet}
    prefix = everyone.get("MINGA_QUEUE_PREFIX", "minga")
    gunicorn = (
        "gunicorn config.wsgi --logger-class config.web.HouseLogger --worker-class config.web.PatientWorker "
        f"--workers {web} --threads {threads} "
        "--timeout 60 --graceful-timeout 10 --limit-request-line 8190 --no-control-socket --log-level warning"
    )
    celery = "celery --app config.celery --skip-checks --quiet"
    worker = (
        f"{celery} worker --queues {prefix}.default,{prefix}.platform --concurrency {jobs} "
        "--loglevel WARNING --without-gossip --without-mingle"
    )
    return [
        Program("web", [*_module(gunicorn), *(f"--bind={bind}" for bind in binds)], everyone),
        Program("worker", _module(worker), everyone),
        Program("beat", _module(f"{celery} beat --pidfile= --loglevel WARNING"), everyone),
    ]


def simulator(*, port: int, scenario: str, seed: int, environment: Mapping[str, str]) -> Program:
    """Return the simulated provider of calls; its key is in the environment, where no list shows it."""
    words = f"call_simulator --port {port} --scenario {scenario} --seed {seed}"
    command = [sys.executable, str(ROOT / "manage.py"), *words.split()]
    return Program("simulator", command, {**environment, "MINGA_LOGIN": "public", "PYTHONUNBUFFERED": "1"})


def _module(words: str) -> list[str]:
    return [sys.executable, "-m", *words.split()]


def binds(host: str, port: int) -> list[str]:
    """Return the addresses that serve `host`; `localhost` is both loopbacks where the machine has two."""
    if host != "localhost":
        return [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
    return [f"127.0.0.1:{port}", *([f"[::1]:{port}"] if Path("/proc/net/if_inet6").exists() else [])]
