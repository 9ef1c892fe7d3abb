"""A thread that says "alive" while the handler works, so that silence, not slowness, loses a lease (J4)."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.conf import settings
from django.db import Error, connection

from tenants.jobs.queries import is_closed, others_wait
from tenants.jobs.rules import LeaseLost
from tenants.jobs.runner.lease import beat
from tenants.jobs.runner.run import Run
from tenants.scope import public_scope
from tenants.scope.logins import PUBLIC_SCHEMA

log = logging.getLogger(__name__)
TICK_SECONDS = 1.0


@contextmanager
def beating(run: Run, schema: str, scope: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Renew the run's lease, and look who waits and whether its tenant is served, until the block ends.

    `scope` opens the job's schema in the new thread, which inherits none (S3).
    """
    stop = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(stop, run, schema, scope), daemon=True, name="heart")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _beat_until(
    stop: threading.Event, run: Run, schema: str, scope: Callable[[], AbstractContextManager[None]]
) -> None:
    last = time.monotonic()
    while not stop.wait(TICK_SECONDS):
        try:
            if time.monotonic() - last >= settings.JOBS_HEARTBEAT_SECONDS:
                with scope():
                    beat(run.lease)
                last = time.monotonic()
            _look_around(run, schema)
        except LeaseLost:
            run.lost.set()
            break
        except Error as error:
            # The lease outlives many missed beats: try again at the next tick.
            log.warning("heartbeat of job %s failed: %s", run.job_id, type(error).__name__)
            connection.close()
    connection.close()


def _look_around(run: Run, schema: str) -> None:
    # A platform job works for everybody and is not sliced; a sliced migration would start its processes anew.
    if schema == PUBLIC_SCHEMA:
        return
    with public_scope():
        waiting, closed = others_wait(schema=schema), is_closed(schema=schema)
    (run.others_wait.set if waiting else run.others_wait.clear)()
    (run.leaving.set if closed else run.leaving.clear)()
