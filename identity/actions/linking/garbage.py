"""Linking makes many values and no cycles: looking for garbage among them would take half of its time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_later() -> Iterator[None]:
    """Suspend the process's collection of cycles in this block; reference counting still frees all else.

    Several threads may be inside: the one that found it enabled enables it again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
