"""Do the same thing from many threads at the same moment, or two things one behind the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier, Event
from time import sleep
from typing import Any

from django.db import connection, connections, transaction

from tenants.models import Tenant
from tenants.rules import Refused
from tenants.scope import tenant_scope

# Of those who wait for this connection, and for no test beside.
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


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


def one_behind_the_other(tenant: Tenant | None, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do the second while the first, done, has not committed yet; return what the second told or refused.

    Both in the tenant's scope, without a tenant in the public one.
    """
    done = Event()

    def act(number: int) -> Any:
        with tenant_scope(tenant.schema_name) if tenant else nullcontext():
            if number == 0:
                return _do_and_hold(first, done)
            assert done.wait(timeout=30)
            try:
                return second()
            except Refused as refusal:
                return refusal

    return at_once(2, act)[1]


@transaction.atomic
def _do_and_hold(do: Callable[[], Any], done: Event) -> None:
    do()
    done.set()
    for _time in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED)
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    raise AssertionError("nobody waits")
