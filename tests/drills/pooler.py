"""A real PgBouncer in transaction mode before the run's PostgreSQL."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
# Few enough that clients must share: what one leaves behind on a connection, another would find.
CONNECTIONS = 2
SETTINGS = """
[databases]
* = {server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 500
logfile = {folder}/log
pidfile = {folder}/pid
"""


@contextmanager
def pooled(owner_url: str, roles: frozenset[str]) -> Iterator[str]:
    """Run PgBouncer for these roles; give the owner's URL by way of it."""
    # Not pytest's: its folders are root's alone, and PgBouncer refuses to be root.
    with tempfile.TemporaryDirectory() as folder, _running(Path(folder), owner_url, roles) as url:
        yield url


@contextmanager
def _running(folder: Path, owner_url: str, roles: frozenset[str]) -> Iterator[str]:
    parts = urlsplit(owner_url)
    server = _server(owner_url)
    port = free_port()
    owner = unquote(parts.username or "")
    (folder / "users.txt").write_text("".join(f'"{role}" ""\n' for role in {*roles, owner}))
    text = SETTINGS.format(server=server, port=port, folder=folder, connections=CONNECTIONS)
    (folder / "pgbouncer.ini").write_text(text)
    process = subprocess.Popen(_command(folder))
    try:
        until_it_listens(port, process)
        yield f"postgres://{owner}@127.0.0.1:{port}{parts.path}"
    finally:
        process.terminate()
        process.wait()


def _server(owner_url: str) -> str:
    parts = urlsplit(owner_url)
    folder = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return f"host={unquote(folder)} port={parts.port or 5432}"


def _command(folder: Path) -> list[str]:
    words = [str(PROGRAM), "-q", str(folder / "pgbouncer.ini")]
    if os.getuid() != 0:
        return words
    # It refuses to be root; the embedded server's socket belongs to nobody, too.
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, "nobody")
    return [*words[:1], "-u", "nobody", *words[1:]]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        found: int = free.getsockname()[1]
    return found


def until_it_listens(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process that was just started can be spoken to."""
    for _try in range(600):
        assert process.poll() is None, "it did not start"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("it does not listen")
