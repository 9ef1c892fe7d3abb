"""Named points where a drill may kill this process, to prove that nothing is lost there (S11)."""

import os
import signal

# "point" or "point:3" for its third passing; unset outside drills.
_POINT, _, _NUMBER = os.environ.get("CRASH_AT", "").partition(":")
_left = int(_NUMBER or 1)


def crash_point(name: str) -> None:
    """Send this process a real SIGKILL when `CRASH_AT` names this point; otherwise do nothing."""
    global _left
    if name != _POINT:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
