"""How far apart do requests leave, even when a busy machine made some of them late? (C19)"""

import time


class Pace:
    """Keeps the requests of one dispatcher apart; what was late never catches up in a bunch."""

    def __init__(self, *, calls_per_second: float) -> None:
        self._each = 1 / calls_per_second
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may leave, and count it as left."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = max(self._next, time.monotonic()) + self._each
