"""Start and stop an embedded Valkey (or Redis): the broker (F4) and the cache (F5), each on its own socket.

broker = valkey.start(Path(".minga/broker"), name="broker", durable=True)
...  # BROKER_URL=broker.url
broker.stop()
"""

import shutil
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.bootstrap import _
from config.embedded import EmbeddedError, cluster, keeper, lifeline, places, users
from config.embedded.account import own_account
from config.embedded.binaries import find_valkey as find_binary

__all__ = ["Server", "erase", "find_binary", "start"]

CACHE = "cache"
READY_SECONDS = 60
COMMON = {
    "port": "0",
    "daemonize": "no",
    "save": "",
    "unixsocketperm": "700",
    "loglevel": "warning",
    "databases": "1",
}
# Messages are hints that the job rows can repeat (J1), so one second may be lost; none is ever evicted.
BROKER_SETTINGS = {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec"}
SCRATCH_SETTINGS = {"maxmemory-policy": "noeviction", "appendonly": "no"}
CACHE_SETTINGS = {"maxmemory": "64mb", "maxmemory-policy": "allkeys-lru", "appendonly": "no"}


@dataclass(slots=True)
class Server:
    """A running server that this process uses; `url` is for Celery, or for Django when it is the cache."""

    url: str
    pid: int
    home: Path
    socket: Path
    _use: users.Use
    _keeper: int

    def is_running(self) -> bool:
        """Return whether the server still lives; one that was killed does not."""
        return _running(self.home, self.socket) is not None

    def stop(self) -> None:
        """Leave the server; it shuts down unless another process still uses it. Twice does no harm."""
        with users.exclusively(self.home):
            self._use.leave()
            if users.someone(self.home):
                return
            _end(self.home, self.socket)
        lifeline.see_off(self._keeper)
        places.tidy_socket_folder(self.socket.parent, self.home)


def start(data_dir: Path, *, name: str, durable: bool) -> Server:
    """Return the server `name` of `data_dir`, started if it does not run yet; safe to call from two places.

    The name "cache" makes one that forgets, any other a broker; one that is not `durable` writes no file.
    Raises EmbeddedError with the cure.
    """
    with places.one_line_errors(data_dir):
        home = places.home(data_dir, own_account(), durable=durable)
        path = places.socket_folder(home, own_account()) / f"{name}.sock"
        with users.exclusively(home):
            pid = _answering(home, path) or _launch(home, path, _settings(name, durable=durable))
            use = users.join(home)
            watcher = keeper.spawn(home, home / "pid", str(path))
    url = f"unix://{path}?db=0" if name == CACHE else f"redis+socket://{path}?virtual_host=0"
    return Server(url=url, pid=pid, home=home, socket=path, _use=use, _keeper=watcher)


def erase(data_dir: Path) -> None:
    """Delete a server's files for good; raises EmbeddedError while some process uses it."""
    if not data_dir.exists():
        return
    with places.one_line_errors(data_dir), users.exclusively(data_dir):
        if users.someone(data_dir):
            raise EmbeddedError(
                _("%(folder)s is in use; stop Minga first (Ctrl+C there).") % {"folder": data_dir}
            )
        shutil.rmtree(data_dir)


def _settings(name: str, *, durable: bool) -> dict[str, str]:
    if name == CACHE:
        return COMMON | CACHE_SETTINGS
    return COMMON | (BROKER_SETTINGS if durable else SCRATCH_SETTINGS)


def _running(home: Path, path: Path) -> int | None:
    return lifeline.server_pid(home / "pid", str(path))


def _answering(home: Path, path: Path) -> int | None:
    """Return the running server's number once it answers; None when there is none, or it just dies."""
    deadline = time.monotonic() + READY_SECONDS
    while (pid := _running(home, path)) and time.monotonic() < deadline:
        if answers(path):
            return pid
        time.sleep(0.02)
    return None


def _end(home: Path, path: Path) -> None:
    if pid := _running(home, path):
        lifeline.end(pid, str(path))


def _launch(home: Path, path: Path, settings: dict[str, str]) -> int:
    """Start the server; a torn file of messages is put aside once, the job rows know what waits (J1)."""
    try:
        return _spawn_until_up(home, path, settings)
    except EmbeddedError:
        said = cluster.log_tail(home / "log").lower()
        if "append only file" not in said or not (home / "appendonlydir").exists():
            raise
    shutil.rmtree(home / "torn", ignore_errors=True)
    (home / "appendonlydir").rename(home / "torn")
    return _spawn_until_up(home, path, settings)


def _spawn_until_up(home: Path, path: Path, settings: dict[str, str]) -> int:
    options = settings | {"unixsocket": str(path), "dir": str(home), "pidfile": str(home / "pid")}
    words = [str(find_binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]
    path.unlink(missing_ok=True)
    with (home / "log").open("wb") as said:
        process = subprocess.Popen(
            words,
            cwd=home,
            env=cluster.ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _wait_until_up(process, home, path)
    except BaseException:
        process.kill()
        process.wait()
        raise
    # From here on the keeper minds it; a forgotten Popen would complain when it is collected.
    process.returncode = 0
    return process.pid


def _wait_until_up(process: subprocess.Popen[bytes], home: Path, path: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers(path):
        if process.poll() is not None or time.monotonic() > deadline:
            said = cluster.log_tail(home / "log").strip().splitlines() or [_("it said nothing")]
            raise EmbeddedError(places.explain(said[-1], home))
        time.sleep(0.01)


def answers(path: Path) -> bool:
    """Return whether a server on the socket `path` is ready for commands."""
    with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
        line.settimeout(2)
        line.connect(str(path))
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False
