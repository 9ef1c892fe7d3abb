"""End the supervisor's programs should the supervisor be killed (F7).

Started by the supervisor as `python -m config.watcher GRACE`; reads `+PID` and `-PID` lines from it. The end
of its input is the end of the supervisor: whoever still runs then is asked to end, and killed after GRACE
seconds. Standard library only.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress


def watch(lines: Iterable[str]) -> set[int]:
    """Return the programs that still run when `lines` end."""
    running: set[int] = set()
    for line in lines:
        number = int(line[1:])
        running = running | {number} if line.startswith("+") else running - {number}
    return running


def end_all(running: set[int], grace: float) -> None:
    """Ask each leader to end, wait, then kill whatever is left of their sessions."""
    for leader in running:
        with suppress(ProcessLookupError):
            os.kill(leader, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(map(_has_members, running)):
        time.sleep(0.1)
    for leader in running:
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)


def _has_members(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    # What ends the supervisor must not end the watcher before it has done its work.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    end_all(watch(sys.stdin), float(sys.argv[1]))
