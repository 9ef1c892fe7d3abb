"""How are connections of many logins kept without keeping too many? One small pool per role (S1)."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

POOLS_PER_PROCESS = 16
IDLE_SECONDS = 60.0

Pool = ConnectionPool[Connection[Any]]


class Pools:
    """The open pools of one process, least recently used first."""

    def __init__(self) -> None:
        self._pools: OrderedDict[tuple[str, str], Pool] = OrderedDict()
        self._lock = threading.Lock()
        # A forked child must never speak on its parent's sockets.
        os.register_at_fork(after_in_child=self.forget)

    def get(self, key: tuple[str, str], make: Callable[[], Pool]) -> Pool:
        """Return the open pool of `key` (database, role), closing the one unused longest past the limit."""
        with self._lock:
            pool = self._pools.get(key)
            if pool is None:
                pool = self._pools[key] = make()
                pool.open()
            self._pools.move_to_end(key)
            surplus = self._surplus()
        for old in surplus:
            old.close(timeout=0)
        return pool

    def close(self) -> None:
        """Close all pools, as tests do before they drop a database."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), OrderedDict()
        for pool in pools:
            pool.close(timeout=2)

    def forget(self) -> None:
        """Start anew in a forked child without touching the parent's connections."""
        self._pools = OrderedDict()
        self._lock = threading.Lock()

    def _surplus(self) -> list[Pool]:
        return [self._pools.popitem(last=False)[1] for _ in range(len(self._pools) - POOLS_PER_PROCESS)]


POOLS = Pools()


def new_pool(connect: Mapping[str, Any], *, size: int, configure: Callable[[Any], None]) -> Pool:
    """Make a closed pool that opens connections on demand and drops idle ones after a minute."""
    return ConnectionPool(
        kwargs=dict(connect),
        open=False,
        min_size=0,
        max_size=size,
        max_idle=IDLE_SECONDS,
        # Waiting longer holds a web thread for an answer that comes too late (S12).
        timeout=5.0,
        num_workers=1,
        configure=configure,
        check=_refresh,
    )


def _refresh(connection: Connection[Any]) -> None:
    # Before each use, in the caller's thread: undoes what the last request set and proves that the server is
    # there, in one round trip. The pool's own `reset` would take another thread and `check` a second trip.
    if not connection.autocommit:
        connection.autocommit = True
    connection.execute("RESET ALL")
