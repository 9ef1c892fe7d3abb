"""Start and stop an embedded PostgreSQL (F3): one private socket, no port, no trace elsewhere.

    server = postgres.start(Path(".minga/postgres"), durable=True)
    ...  # DATABASE_URL=server.url
    server.stop()

The server lives as long as some process uses it. When the last one is gone, even by a kill, it is stopped.
"""

import os
import re
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.bootstrap import _
from config.embedded import EmbeddedError, cluster, keeper, lifeline, places, users
from config.embedded.account import Account, postgres_account
from config.embedded.binaries import find_postgres as find_binaries

__all__ = ["Server", "erase", "find_binaries", "start"]

DATABASE = "minga"
OWNER = "minga_owner"
# A killed server's children let go of its memory within a second or two.
RETRY_SECONDS = 15
# Recovery of a long log after a crash; the process dying ends the wait at once.
READY_SECONDS = 300


@dataclass(slots=True)
class Server:
    """A running server that this process uses."""

    url: str
    pid: int
    home: Path
    socket_dir: Path
    _use: users.Use
    _keeper: int

    def is_running(self) -> bool:
        """Return whether the server still lives; one that was killed does not."""
        return _running(self.home) is not None

    def stop(self) -> None:
        """Leave the server; it shuts down unless another process still uses it. Twice does no harm."""
        with users.exclusively(self.home):
            self._use.leave()
            if users.someone(self.home):
                return
            _end(self.home)
        lifeline.see_off(self._keeper)
        places.tidy_socket_folder(self.socket_dir, self.home)


def start(data_dir: Path, *, durable: bool) -> Server:
    """Return the server of `data_dir`, started if it does not run yet; safe to call from two places at once.

    Not `durable`: a scratch server for tests, empty at every start. Raises EmbeddedError with the cure.
    """
    account = postgres_account()
    with places.one_line_errors(data_dir):
        home = places.home(data_dir, account, durable=durable)
        socket_dir = places.socket_folder(home, account)
        with users.exclusively(home):
            pid = _answering(home, socket_dir) or _launch(home, socket_dir, account, durable=durable)
            use = users.join(home)
            watcher = keeper.spawn(home, _pid_file(home), str(home / "cluster"))
    url = f"postgres://{OWNER}@/{DATABASE}?host={quote(str(socket_dir))}"
    return Server(url=url, pid=pid, home=home, socket_dir=socket_dir, _use=use, _keeper=watcher)


def erase(data_dir: Path) -> None:
    """Delete a server's files for good; raises EmbeddedError while some process uses it."""
    home = data_dir.resolve()
    if not home.exists():
        data_dir.unlink(missing_ok=True)
        return
    with places.one_line_errors(home):
        with users.exclusively(home):
            if users.someone(home):
                raise EmbeddedError(
                    _("%(folder)s is in use; stop Minga first (Ctrl+C there).") % {"folder": home}
                )
            _end(home)
            shutil.rmtree(home)
        if data_dir.is_symlink():
            data_dir.unlink()
            shutil.rmtree(home.parent)


def _pid_file(home: Path) -> Path:
    return home / "cluster" / "postmaster.pid"


def _running(home: Path) -> int | None:
    return lifeline.server_pid(_pid_file(home), str(home / "cluster"))


def _answering(home: Path, socket_dir: Path) -> int | None:
    """Return the running server's number once it answers; None when there is none, or it just dies."""
    deadline = time.monotonic() + READY_SECONDS
    while (pid := _running(home)) and time.monotonic() < deadline:
        if _answers(socket_dir):
            return pid
        time.sleep(0.02)
    return None


def _end(home: Path) -> None:
    if pid := _running(home):
        lifeline.end(pid, str(home / "cluster"))


def _launch(home: Path, socket_dir: Path, account: Account, *, durable: bool) -> int:
    """Start the server and make its owner and database; whatever fails, nothing is left running."""
    programs = places.readable_programs(find_binaries(), account, home)
    folder = cluster.prepare(home, programs, account, durable=durable)
    options = cluster.settings(durable=durable) | {"unix_socket_directories": str(socket_dir)}
    words = [
        str(programs / "postgres"),
        "-D",
        str(folder),
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    process = _spawn_until_up(words, home, account, socket_dir)
    try:
        _make_owner(socket_dir)
    except psycopg.Error as error:
        lifeline.end(process.pid, str(folder))
        raise EmbeddedError(places.explain(str(error).strip().splitlines()[-1], home)) from error
    except BaseException:
        lifeline.end(process.pid, str(folder))
        raise
    finally:
        # From here on the keeper minds it; a forgotten Popen would complain when it is collected.
        process.returncode = 0
    return process.pid


def _spawn_until_up(
    words: list[str], home: Path, account: Account, socket_dir: Path
) -> subprocess.Popen[bytes]:
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        _forget_reused_number(_pid_file(home))
        _forget_reused_number(socket_dir / ".s.PGSQL.5432.lock")
        process = _spawn(words, home / "log", account)
        try:
            if _comes_up(process, socket_dir):
                return process
        except BaseException:
            lifeline.end(process.pid, str(home / "cluster"))
            process.returncode = 0
            raise
        said = cluster.log_tail(home / "log")
        # Children of a killed server still hold its memory: they end by themselves.
        if not re.search(r"shared memory|lock file", said) or time.monotonic() > deadline:
            raise EmbeddedError(places.explain(cluster.complaint(said), home))
        time.sleep(0.2)


def _forget_reused_number(pid_file: Path) -> None:
    """Remove a dead server's file whose number is some other process's now: PostgreSQL would believe it.

    A file with a free number stays: PostgreSQL finds by it whether children of the dead server still live.
    """
    with suppress(OSError, ValueError):
        os.kill(int(pid_file.read_text().split("\n", 1)[0]), 0)
        pid_file.unlink()


def _spawn(words: list[str], log: Path, account: Account) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl+C in the terminal must not reach it before its clients have ended.
    with log.open("wb") as said:
        return subprocess.Popen(
            words,
            cwd="/",
            env=cluster.ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            **account.options,
        )


def _comes_up(process: subprocess.Popen[bytes], socket_dir: Path) -> bool:
    """Wait until the server answers; False when it ended instead."""
    deadline = time.monotonic() + READY_SECONDS
    while process.poll() is None:
        if _answers(socket_dir):
            return True
        if time.monotonic() > deadline:
            raise EmbeddedError(
                _("PostgreSQL in %(folder)s does not answer after %(seconds)s s; see its log there.")
                % {"folder": socket_dir, "seconds": READY_SECONDS}
            )
        time.sleep(0.02)
    return False


def _answers(socket_dir: Path) -> bool:
    try:
        _connect(socket_dir).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(socket_dir: Path) -> psycopg.Connection:
    # All is named: the caller's own PGPORT, PGSERVICE and the like must not lead elsewhere.
    return psycopg.connect(
        host=str(socket_dir),
        port=5432,
        user=cluster.SUPERUSER,
        dbname="postgres",
        connect_timeout=5,
        sslmode="disable",
        options="",
        autocommit=True,
    )


def _make_owner(socket_dir: Path) -> None:
    """Make the role that owns everything and its database; neither is a superuser's (S1)."""
    make_role = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB").format(sql.Identifier(OWNER))
    make_database = sql.SQL("CREATE DATABASE {} OWNER {}").format(
        sql.Identifier(DATABASE), sql.Identifier(OWNER)
    )
    with _connect(socket_dir) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(make_role)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(make_database)
