"""Short lives: a fork of the test's own process works until a real SIGKILL ends it at a named point (S11).

A worker needs seconds to start; a fork has everything loaded, and dies as much as any process.
"""

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from itertools import count

from celery import current_app
from django.db import connections
from django.db.models.functions import Now

from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner import crash
from tenants.models import Ticket
from tenants.scope import public_scope, tenant_scope
from tenants.scope.pools import POOLS


class Life:
    """A process that does one piece of work, or dies of it at `death` ("point" or "point:3")."""

    def __init__(self, work: Callable[[], object], *, death: str = "") -> None:
        # What both held would be closed by whoever ends first.
        connections.close_all()
        POOLS.close()
        with warnings.catch_warnings():
            # Other threads of a test process only speak with pytest's first process; the fork does not.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        self.returncode: int | None = None
        if self.pid == 0:
            _live(work, death)

    def poll(self) -> int | None:
        """Return how it ended, as `subprocess` says it; None while it lives."""
        return self._look(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end and return how it was."""
        ended = self._look(0)
        assert ended is not None
        return ended

    def _look(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def killed(work: Callable[[], object], *, death: str) -> None:
    """Let a process work until it has killed itself at `death`; it must not end otherwise."""
    assert Life(work, death=death).wait() == -signal.SIGKILL, "it ended otherwise"


def fall_silent(job: Job, schema: str) -> None:
    """Let a dead life's lease be over now, as it would be after minutes."""
    with tenant_scope(schema):
        Job.objects.filter(pk=job.pk, state=State.RUNNING).update(lease_until=Now())
    with public_scope():
        Ticket.objects.filter(pk=job.pk).update(due_at=Now())


def _live(work: Callable[[], object], death: str) -> None:
    status = 1
    try:
        crash._POINT, _, crash._NUMBER = death.partition(":")
        crash._passings = count(1)
        # The parent's sockets to the broker are not ours.
        current_app._after_fork()
        work()
        status = 0
    except Exception:  # noqa: BLE001 - whatever it is, the test that waits sees it and this process ends
        traceback.print_exc()
    finally:
        # No fixture and no exit function of the parent may run twice.
        os._exit(status)
