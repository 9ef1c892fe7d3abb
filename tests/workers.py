"""Real Celery worker processes on a real broker, to be killed for real (J4, J6, S11)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from kombu.connection import Connection
from kombu.entity import Queue

from tenants.jobs import actions
from tenants.jobs.tasks import sweep

ROOT = Path(__file__).resolve().parent.parent
# A busy machine takes half a minute to start a worker.
PATIENCE_SECONDS = 120
# Short enough to watch a take-over, long enough for a busy machine.
QUICK = {
    "MINGA_JOBS_LEASE_SECONDS": "3",
    "MINGA_JOBS_HEARTBEAT_SECONDS": "1",
    "MINGA_JOBS_SLICE_SECONDS": "1",
}


class Workers:
    """Starts workers in process groups of their own; what is left is killed at the end."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []

    def start(
        self, number: int = 1, *, queues: str = "", **environment: str
    ) -> list["subprocess.Popen[bytes]"]:
        """Start `number` workers of one process each, of all queues unless said, and return them at once."""
        started = [self._spawn("prefork", environment, queues) for _ in range(number)]
        self.running += started
        return started

    def start_and_die(self, point: str, **environment: str) -> None:
        """Start one worker and wait until it has killed itself at a named point; nothing of it is left.

        It has no child: a usual worker outlives its own and starts another, which takes up what comes next in
        the queue, and how far that one gets until it is killed as well is chance.
        """
        worker = self._spawn("solo", {"CRASH_AT": point} | environment)
        self.running.append(worker)
        self.until(lambda: worker.poll() is not None)
        self.kill(worker)
        assert worker.returncode == -signal.SIGKILL, "it ended otherwise"

    def kill(self, worker: "subprocess.Popen[bytes]") -> None:
        """SIGKILL the worker and all its children; nothing of it can say goodbye."""
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        if worker in self.running:
            self.running.remove(worker)

    def until(self, holds: Callable[[], object], *, sweeping: bool = True) -> None:
        """Wait until `holds()`; sweep meanwhile as beat would."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, "waited in vain"
            if sweeping:
                sweep()
            time.sleep(0.2)

    def _spawn(self, pool: str, environment: dict[str, str], queues: str = "") -> "subprocess.Popen[bytes]":
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-c",
            "1",
            "-P",
            pool,
            "-l",
            "warning",
            "-Q",
            queues or f"{actions.TENANT_QUEUE},{actions.PLATFORM_QUEUE}",
            "-I",
            "tests.jobs.kinds",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            # RabbitMQ refuses a second worker of one name, and notices a killed one late.
            "--hostname",
            f"{uuid4().hex}@%h",
        ]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            start_new_session=True,
            env=os.environ | QUICK | environment,
        )


@contextmanager
def working() -> Iterator[Workers]:
    """Give workers on empty queues; kill them all in the end."""
    purge()
    workers = Workers()
    try:
        yield workers
    finally:
        for worker in list(workers.running):
            workers.kill(worker)
        purge()


def purge() -> None:
    """Empty this process's queues. They stay: a publisher declares a queue once and trusts it afterwards."""
    with _queues() as queues:
        for queue in queues:
            queue.purge()


def forget_queues() -> None:
    """Delete this process's queues, as somebody else's broker would keep them."""
    with _queues() as queues:
        for queue in queues:
            queue.delete()


@contextmanager
def _queues() -> Iterator[list[Queue]]:
    with Connection(os.environ["BROKER_URL"]) as connection:
        names = (actions.TENANT_QUEUE, actions.PLATFORM_QUEUE)
        queues = [Queue(name, routing_key=name).bind(connection.channel()) for name in names]
        for queue in queues:
            queue.declare()
        yield queues
