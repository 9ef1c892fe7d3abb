"""Tell whether a server runs, and end it. Standard library only: the keeper runs without any package."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Asked first, then told: seconds given to each signal. A shutdown checkpoint may take a while.
PATIENCE = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def runs(pid: int, mark: str) -> bool:
    """Return whether `pid` is alive with `mark` in its command line; a number used anew is not ours."""
    return mark in _command_line(pid)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    except OSError:
        return ""
    asked = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout


def server_pid(pid_file: Path, mark: str) -> int | None:
    """Return the number of the live server that `pid_file` names, None when it names a dead one."""
    try:
        pid = int(pid_file.read_text(errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    if runs(pid, mark):
        return pid
    _reap(pid)
    return None


def end(pid: int, mark: str, patience: Iterable[tuple[int, float]] = PATIENCE) -> None:
    """Ask `pid` to shut down and wait; a server that does not listen is killed."""
    for number, seconds in patience:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not runs(pid, mark):
                _reap(pid)
                return
            time.sleep(0.02)


def see_off(pid: int, seconds: float = 3) -> None:
    """Wait until our own child `pid` has ended, at most `seconds`."""
    deadline = time.monotonic() + seconds
    with suppress(ChildProcessError):
        while os.waitpid(pid, os.WNOHANG) == (0, 0) and time.monotonic() < deadline:
            time.sleep(0.01)


def _reap(pid: int) -> None:
    # Our own child stays a zombie until it is waited for.
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
