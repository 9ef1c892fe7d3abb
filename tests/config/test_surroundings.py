"""What the commands prepare before Django reads its settings (F7, F8)."""

import json
import os
import secrets
import socket
import stat
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import limits
import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from config import environment, surroundings
from config.embedded import EmbeddedError
from config.management.commands import demo, serve
from config.management.commands import test as test_command
from tests import databases

ROOT = Path(__file__).resolve().parents[2]
COMMANDS: dict[str, Any] = {"demo": demo, "serve": serve}
GIVEN = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LANG", "en")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def state():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "state"


def command(*words: str, **environment: str) -> tuple[int, str]:
    """Run a command of ours as a user does; return its status and what it complained of."""
    clean = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=clean | environment,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_what_the_environment_does_not_name_is_started(state, monkeypatch):
    """F3, F4, F5: PostgreSQL, broker and cache of our own, gone at the end."""
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPORT", "1")  # the caller's own must not lead us astray
    with surroundings.services(state) as found:
        surroundings.check_database(found.database)
        surroundings.check_broker(found.broker)
        assert list(found.environment) == list(GIVEN)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(found.database)


@pytest.mark.parametrize(
    "url",
    ["postgres://x@127.0.0.1:1/x", "postgres://x@/x?host=/nowhere", "postgres://x:%zz@127.0.0.1:1/x"],
    ids=["port", "socket", "percent"],
)
def test_an_unreachable_database_is_one_line(url):
    """Bad input: unreachable database; its reason is told, not libpq's advice."""
    with pytest.raises(EmbeddedError, match=r"DATABASE_URL cannot be reached [(]connection ") as caught:
        surroundings.check_database(url)
    assert "\n" not in str(caught.value)
    assert "Is the server" not in str(caught.value)


@pytest.fixture
def owner_without():
    """Make log-ins that may only some of what an owner has to; return their URL on the tests' server."""
    made = []

    def make(right):
        made.append(f"lacking_{secrets.token_hex(4)}")
        server.execute(f"CREATE ROLE {made[-1]} LOGIN {right} PASSWORD 'synthetic'")
        parts = urlsplit(databases.url_of("postgres"))
        place = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{made[-1]}:synthetic@{place}"))

    with psycopg.connect(os.environ["MINGA_TEST_OWNER_URL"], autocommit=True) as server:
        yield make
        for role in made:
            server.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("right", "tests", "cure"),
    [
        ("NOCREATEROLE", False, "ALTER ROLE its_name CREATEROLE"),
        ("CREATEROLE", True, "ALTER ROLE its_name CREATEDB"),
    ],
)
def test_an_owner_without_the_right_is_told_before_anything_is_made(owner_without, right, tests, cure):
    """S1: one line with the cure, instead of a stack at the first tenant."""
    url = owner_without(right)
    with pytest.raises(EmbeddedError, match=cure) as caught:
        surroundings.check_database(url, for_tests=tests)
    assert "\n" not in str(caught.value)
    assert "synthetic" not in str(caught.value)


@pytest.mark.parametrize("words", [["check", "--database", "default"], ["migrate"]])
def test_commands_tell_it_too(owner_without, words):
    """S1: where Minga does not start the services itself."""
    given = {"DATABASE_URL": owner_without("NOCREATEROLE"), **SECRETS}
    status, complained = command(*words, **given)
    assert status == 1
    assert "(config.E001)" in complained
    assert "ALTER ROLE its_name CREATEROLE" in complained
    assert "Traceback" not in complained


def test_an_old_server_is_refused():
    """S1: views that run with the rights of who asks came with 15; a superuser may everything."""
    assert "PostgreSQL 14 " in surroundings.what_lacks(140_020, True, True)
    assert surroundings.what_lacks(150_000, True, False) == ""


NO_DATABASES = [
    "not a url secret",
    "mysql://root:secret@127.0.0.1:3306/x",
    "postgres://",
    "postgres://root:secret@127.0.0.1",
    "postgres://root:secret@[::1/x",
    "postgres://root:secret@127.0.0.1:secret/x",
    "postgres://root:secret@127.0.0.1:70000/x",
]


@pytest.mark.parametrize("url", NO_DATABASES)
def test_what_is_no_database_url_is_refused_without_repeating_it(url):
    """Bad input: another scheme, half a URL; S19: errors never echo secrets."""
    with pytest.raises(EmbeddedError, match="DATABASE_URL must look like postgres://") as caught:
        surroundings.check_database(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", NO_DATABASES)
def test_settings_refuse_it_just_so(monkeypatch, url):
    """F8: the variable and the cure, no traceback; S19."""
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must look like postgres://") as caught:
        environment.database("DATABASE_URL")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("port", ["80x", "", "٨٠٠٠", "8_000", "+80", "9" * 5000])
@pytest.mark.parametrize("name", ["demo", "serve"])
def test_a_port_that_is_no_number_is_one_line(name, port):
    """Bad input: the cure instead of argparse's usage."""
    with pytest.raises(CommandError, match="--port 8000") as caught:
        COMMANDS[name].Command().create_parser("manage.py", name).parse_args(["--port", port])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("count", ["0", "two", "-1", "1001"])
def test_production_takes_one_process_at_least(count):
    """Bad input: a server without threads answers nobody."""
    with pytest.raises(CommandError, match="--web 2"):
        serve.Command().create_parser("manage.py", "serve").parse_args(["--threads", count])


@pytest.mark.parametrize("value", ["LOUD", "30", "INFO,DEBUG"])
def test_a_word_that_is_no_choice_is_refused(monkeypatch, value):
    """F8: the variable, the value and what is possible."""
    monkeypatch.setenv("MINGA_LOG_LEVEL", value)
    with pytest.raises(ImproperlyConfigured, match=r"MINGA_LOG_LEVEL=.* must be one of DEBUG, INFO"):
        environment.choice("MINGA_LOG_LEVEL", "INFO", among=("DEBUG", "INFO"))


def test_a_choice_may_be_written_in_small_letters(monkeypatch):
    """F8: there is nothing to mistake it for."""
    monkeypatch.setenv("MINGA_LOG_LEVEL", "debug")
    assert environment.choice("MINGA_LOG_LEVEL", "INFO", among=("DEBUG", "INFO")) == "DEBUG"


@pytest.mark.parametrize(
    "value",
    [
        "gpt: 1",
        "[]",
        '{"m": 1}',
        '{"m": {"in": 1, "cached": 1, "out": 1}}',
        '{"m": {"in": 1, "cached": 1, "out": 1, "date": "2026-06-30", "per": "1K"}}',
        '{"m": {"in": 1, "cached": 1, "out": 1, "date": "June"}}',
        '{"m": {"in": -1, "cached": 1, "out": 1, "date": "2026-06-30"}}',
        '{"m": {"in": NaN, "cached": 1, "out": 1, "date": "2026-06-30"}}',
        '{"m": {"in": 1e999, "cached": 1, "out": 1, "date": "2026-06-30"}}',
        '{"m": {"in": true, "cached": 1, "out": 1, "date": "2026-06-30"}}',
        '{"m": {"in": "1", "cached": 1, "out": 1, "date": "2026-06-30"}}',
    ],
)
def test_prices_that_are_none_are_refused(monkeypatch, value):
    """F8, N11: at the start, with the shape to write; a bill reckoned from a slip would be believed."""
    monkeypatch.setenv("MINGA_MODEL_PRICES", value)
    with pytest.raises(ImproperlyConfigured, match=r"MINGA_MODEL_PRICES must be a JSON object .*\"cached\""):
        environment.prices("MINGA_MODEL_PRICES")


def test_prices_are_read_exactly(monkeypatch):
    """N11: US dollars for a million tokens, with the day they were read; none without the variable."""
    monkeypatch.setenv(
        "MINGA_MODEL_PRICES", '{"m": {"in": 0.1, "cached": 0, "out": 4.50, "date": "2026-06-30"}}'
    )
    assert environment.prices("MINGA_MODEL_PRICES") == {
        "m": (Decimal("0.1"), Decimal(0), Decimal("4.5"), date(2026, 6, 30))
    }
    monkeypatch.setenv("MINGA_MODEL_PRICES", "")
    assert environment.prices("MINGA_MODEL_PRICES") == {}


@pytest.mark.parametrize("value", ["600", "0/minute", "many/minute", "600/fortnight", "5/minute;1/hour"])
def test_a_rate_that_is_none_is_refused(monkeypatch, value):
    """F8: at the start, not at the first request."""
    monkeypatch.setenv("MINGA_API_RATE", value)
    with pytest.raises(ImproperlyConfigured, match=r"MINGA_API_RATE=.* must look like 600/minute"):
        environment.rate("MINGA_API_RATE", "600/minute")


@pytest.mark.parametrize("value", ["600/minute", "10/5minutes", "5/second", "9/hours"])
def test_a_rate_is_what_the_counters_can_read(monkeypatch, value):
    """S8: what passes here is not refused later."""
    monkeypatch.setenv("MINGA_API_RATE", value)
    assert limits.parse(environment.rate("MINGA_API_RATE", "600/minute")).amount > 0


@pytest.mark.parametrize(
    "url",
    ["redis://:secret@127.0.0.1:1/0", "amqp://guest:secret@127.0.0.1:1//", "nonsense://secret"],
    ids=["redis", "rabbitmq", "nonsense"],
)
def test_an_unreachable_broker_is_one_line_without_its_password(url):
    """Bad input: unreachable broker; S19: errors never echo secrets."""
    with pytest.raises(EmbeddedError, match="BROKER_URL") as caught:
        surroundings.check_broker(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_demos_secrets_are_ours_alone_and_stay(tmp_path):
    """F8: generated, never a default, readable by their owner only."""
    path = tmp_path / "demo/secrets.json"
    first = surroundings.demo_secrets(path)
    first.passwords["alice@acme.example"] = "kept"
    first.save()
    again = surroundings.demo_secrets(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert again.keys == first.keys
    assert again.passwords == {"alice@acme.example": "kept"}
    assert len(set(first.keys.values())) == 4
    assert min(map(len, first.keys.values())) >= 32


def test_a_broken_file_of_secrets_is_made_anew(tmp_path):
    """F8: a half-written file does not keep the demo from starting."""
    path = tmp_path / "secrets.json"
    path.write_text('{"keys": {"MINGA_SECRET_KEY"')
    assert set(surroundings.demo_secrets(path).keys) == {*surroundings.KEYS, surroundings.SIMULATOR_KEY}


def test_secrets_of_before_the_simulator_stay_and_get_its_key(tmp_path):
    """F8: another key of the database would shut the demo out of what it keeps."""
    path = tmp_path / "secrets.json"
    old = {name: name * 3 for name in surroundings.KEYS}
    path.write_text(json.dumps({"keys": old, "passwords": {}, "api_keys": {}}))
    found = surroundings.demo_secrets(path).keys
    assert old.items() <= found.items()
    assert len(found[surroundings.SIMULATOR_KEY]) >= 32


def test_the_simulators_key_is_in_no_list_of_processes():
    """S19: arguments are shown to everybody, the environment is not."""
    environment = {surroundings.SIMULATOR_KEY: "a key of the simulator"}
    program = surroundings.simulator(port=8090, scenario="calm", seed=1, environment=environment)
    assert "a key of the simulator" not in " ".join(program.command)
    assert program.environment
    assert program.environment[surroundings.SIMULATOR_KEY] == "a key of the simulator"


def test_localhost_is_served_on_both_loopbacks():
    """First ten minutes: browsers try ::1 first."""
    assert surroundings.binds("localhost", 8000)[0] == "127.0.0.1:8000"
    assert surroundings.binds("0.0.0.0", 80) == ["0.0.0.0:80"]
    assert surroundings.binds("::1", 80) == ["[::1]:80"]


def test_doors_and_workers_do_not_start_as_the_owner():
    """S1: only manage.py speaks with the owner's log-in."""
    crew = surroundings.programs(
        binds=["127.0.0.1:1"], environment={"MINGA_LOGIN": "owner"}, web=1, threads=2, jobs=1
    )
    assert [program.name for program in crew] == ["web", "worker", "beat"]
    assert {(program.environment or {})["MINGA_LOGIN"] for program in crew} == {"public"}


def test_the_demo_refuses_a_taken_port_in_one_line():
    """Bad input: port taken; nothing was started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, complained = command("demo", "--port", str(taken.getsockname()[1]))
    assert status == 1
    assert "is taken" in complained
    assert complained.count("\n") == 1


def test_the_demo_refuses_a_port_that_does_not_exist():
    """Bad input: wrong port."""
    status, complained = command("demo", "--port", "70000")
    assert (status, complained.count("\n")) == (1, 1)
    assert "--port 8000" in complained


def test_production_names_the_secrets_that_it_misses():
    """F8: no secret has a default outside the demo."""
    status, complained = command("serve", MINGA_SECRET_KEY="x" * 40)
    assert status == 1
    assert "MINGA_JWT_KEY, MINGA_DB_KEY, MINGA_ALLOWED_HOSTS" in complained
    assert "MINGA_SECRET_KEY," not in complained


SECRETS = dict.fromkeys(surroundings.KEYS, "x" * 40) | {"BROKER_URL": "memory://"}


@pytest.mark.parametrize(
    ("words", "given", "cure"),
    [
        (["demo"], {"DATABASE_URL": "postgres://"}, "DATABASE_URL must look like"),
        (["demo", "--port", "80x"], {}, "--port 8000"),
        (["migrate"], {"DATABASE_URL": "postgres://x@[::1/x"}, "DATABASE_URL must look like"),
        (["migrate"], {"DATABASE_URL": "postgres://x@127.0.0.1:1/x"}, "Connection refused"),
        (["migrate"], {"DATABASE_URL": "postgres://x@127.0.0.1:1/x", "MINGA_DB_POOL_SIZE": "x"}, "from 1 to"),
        (
            ["check"],
            {"DATABASE_URL": "postgres://x@127.0.0.1:1/x", "MINGA_LOG_LEVEL": "LOUD"},
            "one of DEBUG",
        ),
        (["check"], {"DATABASE_URL": "postgres://x@127.0.0.1:1/x", "MINGA_API_RATE": "0"}, "600/minute"),
    ],
)
def test_what_is_wrong_outside_the_code_is_one_line(words, given, cure):
    """Bad input, F8: the cure and a status, never a traceback."""
    status, complained = command(*words, **SECRETS | given)
    assert (status, complained.count("\n")) == (1, 1), complained
    assert cure in complained


def test_other_commands_name_the_missing_setting_in_one_line():
    """F8: the variable and the cure, no traceback."""
    status, complained = command("migrate")
    assert status == 1
    assert complained.count("\n") == 1
    assert "is not set" in complained


@pytest.mark.parametrize("variable", ["DATABASE_URL", "BROKER_URL"])
def test_tests_refuse_given_services_that_do_not_answer(variable):
    """Bad input: before a single test runs."""
    url = {"DATABASE_URL": "postgres://x@127.0.0.1:1/x", "BROKER_URL": "redis://127.0.0.1:1/0"}[variable]
    status, complained = command("test", **{variable: url})
    assert status == 1
    assert f"{variable}" in complained
    assert complained.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["-k", "isolation"], False),
        (["tests/jobs", "-x"], False),
        (["-n", "4"], True),
        (["-n4"], True),
        (["--numprocesses=0"], True),
        (["--pdb"], True),
        (["-p", "no:xdist"], True),
    ],
)
def test_it_runs_in_parallel_unless_the_caller_chooses(words, chosen):
    """F7: pytest with xdist; every word is passed through."""
    assert test_command.chooses(words) is chosen


def test_pytests_own_status_is_the_commands():
    """F7: nothing is swallowed: 4 is pytest's word for a wrong path."""
    status, _complained = command("test", "tests/nowhere.py", "-n", "0", "-p", "no:cacheprovider")
    assert status == 4
