"""Named points where a drill may kill this process, to prove that nothing is lost there (S11)."""

import os
import signal
from itertools import count

# "point" or "point:3" for its third passing; unset outside drills.
_POINT, _, _NUMBER = os.environ.get("CRASH_AT", "").partition(":")
_passings = count(1)


def crash_point(name: str) -> None:
    """Send this process a real SIGKILL when `CRASH_AT` names this point; otherwise do nothing."""
    if name == _POINT and next(_passings) == int(_NUMBER or 1):
        os.kill(os.getpid(), signal.SIGKILL)
