"""What the commands prepare before Django reads its settings (F7, F8)."""

import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from config import surroundings
from config.embedded import EmbeddedError
from config.management.commands import test as test_command

ROOT = Path(__file__).resolve().parents[2]
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
    ["postgres://x@127.0.0.1:1/x", "postgres://x@/x?host=/nowhere", "not a url"],
    ids=["port", "socket", "nonsense"],
)
def test_an_unreachable_database_is_one_line(url):
    """Bad input: unreachable database."""
    with pytest.raises(EmbeddedError, match="DATABASE_URL cannot be reached") as caught:
        surroundings.check_database(url)
    assert "\n" not in str(caught.value)


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
    assert len(set(first.keys.values())) == 3
    assert min(map(len, first.keys.values())) >= 32


def test_a_broken_file_of_secrets_is_made_anew(tmp_path):
    """F8: a half-written file does not keep the demo from starting."""
    path = tmp_path / "secrets.json"
    path.write_text('{"keys": {"MINGA_SECRET_KEY"')
    assert set(surroundings.demo_secrets(path).keys) == set(surroundings.KEYS)


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
