"""Linking makes many values and no cycles: looking for garbage among them would take half of its time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_later() -> Iterator[None]:
    """Let no garbage collection run meanwhile; what is not in a cycle is freed at once as ever.

    Of the whole process. Several threads may be inside: whoever came first lets it run again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
