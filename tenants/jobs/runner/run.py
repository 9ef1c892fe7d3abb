"""What a handler holds while it works: its parameters, its place, and the chunks it commits (J6)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from psycopg.types.json import Jsonb

from tenants.jobs.models import Job
from tenants.jobs.rules import Cancelled, GaveWay, LeaseLost
from tenants.jobs.runner.crash import crash_point
from tenants.jobs.runner.ending import is_told
from tenants.jobs.runner.lease import Lease, advance, end_is_asked


class Run:
    """One worker's hold on one job. Only committed chunks count; `cursor` says where the next one begins."""

    def __init__(self, job: Job, lease: Lease, *, gives_way: bool = True) -> None:
        self.job_id: UUID = job.id
        self.params: dict[str, Any] = job.params
        self.cursor: dict[str, Any] = job.cursor
        self.counters: dict[str, int] = job.counters
        self.attempt: int = job.attempt
        self.created_by: UUID | None = job.created_by
        self.done, self.total = job.done, job.total
        self.lease, self._gives_way = lease, gives_way
        # Its tenant goes out of service: what is not done waits until it is served again.
        self.lost, self.others_wait, self.leaving = Event(), Event(), Event()
        # Called after each commit, for who watches in this very process.
        self.on_chunk: Callable[[], None] = lambda: None
        self._is_undivided = False
        self._phase = (job.phase, job.phases, job.phase_label)
        # Counted from the first progress: a slow beginning must not be all that ever happens.
        self._slice_ends: float | None = None

    def phase(self, number: int, of: int, label: str) -> None:
        """Name what happens now, "phase `number` of `of`"; shown with the next chunk."""
        self._phase = (number, of, label)

    @contextmanager
    def chunk(self) -> Iterator["Chunk"]:
        """Open a transaction whose rows, cursor and counters commit together under the lease (J3, J6).

        Raises LeaseLost, Cancelled or GaveWay; a handler lets them through.
        """
        self._obey()
        with transaction.atomic():
            chunk = Chunk(self)
            yield chunk
            crash_point("before_commit")
            advance(self.lease, self._place(chunk))
        crash_point("after_commit")
        if chunk.done > self.done and self._slice_ends is None:
            self._slice_ends = time.monotonic() + settings.JOBS_SLICE_SECONDS
        self.done, self.total = chunk.done, chunk.total
        self.counters, self.cursor = chunk.counters, chunk.cursor
        self.on_chunk()

    def whole(self) -> None:
        """Give way to nobody from here on: half of this work is worth nothing. Cancelling still ends it."""
        self._gives_way = False

    @contextmanager
    def undivided(self) -> Iterator[None]:
        """Neither give way nor end meanwhile: what is under way outside is paid for and must be kept.

        For some seconds at most; a lost lease ends it all the same (J3).
        """
        self._is_undivided = True
        try:
            yield
        finally:
            self._is_undivided = False

    def _obey(self) -> None:
        if self.lost.is_set():
            raise LeaseLost(str(self.job_id))
        if self._is_undivided:
            return
        if end_is_asked(self.lease):
            raise Cancelled
        if self._gives_way and self._is_in_the_way():
            raise GaveWay

    def _is_in_the_way(self) -> bool:
        is_over = self.others_wait.is_set() and self._slice_is_over()
        return is_told() or self.leaving.is_set() or is_over

    def _slice_is_over(self) -> bool:
        return self._slice_ends is not None and time.monotonic() > self._slice_ends

    def _place(self, chunk: "Chunk") -> dict[str, Any]:
        number, of, label = self._phase
        return {
            "done": chunk.done,
            "total": chunk.total,
            "counters": Jsonb(chunk.counters),
            "cursor": Jsonb(chunk.cursor),
            "phase": number,
            "phases": of,
            "phase_label": label[:80],
        }


class Chunk:
    """The progress that one committed transaction makes."""

    def __init__(self, run: Run) -> None:
        self.done, self.total = run.done, run.total
        self.counters, self.cursor = dict(run.counters), dict(run.cursor)

    def advance(
        self,
        done: int = 0,
        *,
        total: int | None = None,
        cursor: dict[str, Any] | None = None,
        **counters: int,
    ) -> None:
        """Add `done` and the named `counters`; set `total` and the `cursor` where given."""
        self.total = self.total if total is None else total
        self.done += done
        self.cursor |= cursor or {}
        for name, more in counters.items():
            self.counters[name] = self.counters.get(name, 0) + more


class DryRun(Run):
    """A run without a job: its chunks are savepoints of the caller's transaction, taken back by them."""

    def __init__(self, params: dict[str, Any]) -> None:
        job = Job(id=uuid4(), params=params)
        super().__init__(job, Lease(job.id, uuid4()))

    @contextmanager
    def chunk(self) -> Iterator["Chunk"]:
        """Open a savepoint; progress is kept in memory."""
        with transaction.atomic():
            chunk = Chunk(self)
            yield chunk
        self.done, self.total = chunk.done, chunk.total
        self.counters, self.cursor = chunk.counters, chunk.cursor
