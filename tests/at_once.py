"""Do the same thing from many threads at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def at_once(times: int, do: Callable[[int], Any]) -> list[Any]:
    """Call `do(n)` from `times` threads that start together; return what each returned, in order."""
    gate = Barrier(times)

    def one(number: int) -> Any:
        gate.wait(timeout=30)
        try:
            return do(number)
        finally:
            # A thread's connection would keep the test's database from being dropped.
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))
