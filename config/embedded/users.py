"""Who uses a running server: one locked file each, so that the last one to leave can be told (F3).

The kernel drops a lock when its holder dies, however it dies; so there is nothing to clean up after a kill.
Standard library only: the keeper runs without any package.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@contextmanager
def exclusively(home: Path, *, anew: bool = True) -> Iterator[None]:
    """Hold the lock under which servers are started and stopped, one caller at a time.

    Not `anew`: raises FileNotFoundError where the lock was deleted with all the rest, and makes no file.
    """
    with (home / "lock").open("a" if anew else "r") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(slots=True)
class Use:
    """One process's claim on a server."""

    path: Path
    descriptor: int | None

    def leave(self) -> None:
        """Give the claim up; twice does no harm."""
        if self.descriptor is not None:
            self.path.unlink(missing_ok=True)
            os.close(self.descriptor)
            self.descriptor = None


def join(home: Path) -> Use:
    """Claim the server of `home`; call it under `exclusively`."""
    folder = home / "users"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}"
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return Use(path, descriptor)


def someone(home: Path) -> Path | None:
    """Return the file of one process that uses the server, or None; call it under `exclusively`."""
    for path in sorted((home / "users").glob("*")):
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return path
        path.unlink()
    return None


def wait_until_left(path: Path) -> None:
    """Return when the holder of `path` has left or died."""
    with suppress(FileNotFoundError), path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
