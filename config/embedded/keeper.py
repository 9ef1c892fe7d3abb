"""Stop a server when the last process that used it is gone, even if that one was killed.

Started detached beside every server as `python -m config.embedded.keeper HOME PID_FILE MARK`; it sleeps on a
file lock, so it costs no time, and ends with the server. Standard library only.
"""

import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from config.embedded import lifeline, users

ROOT = Path(__file__).resolve().parents[2]


def spawn(home: Path, pid_file: Path, mark: str) -> int:
    """Start a keeper for the server of `home`, return its number; call it after joining."""
    process = subprocess.Popen(
        [sys.executable, "-S", "-m", "config.embedded.keeper", str(home), str(pid_file), mark],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # It outlives whoever started it; a forgotten Popen would complain when it is collected.
    process.returncode = 0
    return process.pid


def keep(home: Path, pid_file: Path, mark: str) -> None:
    """Wait until nobody uses the server, then end it.

    One that comes late, when the server was ended and its folder is being deleted, makes nothing there.
    """
    with suppress(FileNotFoundError):
        while True:
            with users.exclusively(home, anew=False):
                user = users.someone(home)
                if user is None:
                    if pid := lifeline.server_pid(pid_file, mark):
                        lifeline.end(pid, mark)
                    return
            users.wait_until_left(user)


if __name__ == "__main__":
    # A closing terminal or a shutdown of everything must not take the keeper before its server.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    keep(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
