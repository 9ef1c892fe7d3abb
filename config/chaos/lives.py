"""Workers that live briefly: real Celery processes, killed with SIGKILL wherever they are."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from uuid import uuid4

from config.supervisor import ROOT

# Where dispatch and its jobs may be killed, and at which passing at the latest (tenants.jobs.runner.crash).
POINTS = {
    "claim": 12,
    "marked": 6,
    "answered": 6,
    "settled": 6,
    "before_commit": 30,
    "after_commit": 30,
}
AT_A_POINT = 0.6  # the others die at any moment
BRIEF = (3.0, 9.0)
# A point that is not passed by then is not waited for.
LONGEST = 15.0
# A killed worker's job is taken over while one watches.
QUICK = {
    "MINGA_JOBS_LEASE_SECONDS": "3",
    "MINGA_JOBS_HEARTBEAT_SECONDS": "1",
    "MINGA_JOBS_SLICE_SECONDS": "1",
}


@dataclass(slots=True)
class Life:
    """One worker, the point at which it will kill itself, and when it is killed otherwise."""

    worker: "subprocess.Popen[bytes]"
    point: str
    until: float


class Lives:
    """Keeps so many workers alive, kills them until enough have died, then lets them live."""

    def __init__(
        self, *, workers: int, kills: int, dice: random.Random, environment: Mapping[str, str]
    ) -> None:
        self.deaths: Counter[str] = Counter()
        self.fallen: Counter[int] = Counter()  # those that ended otherwise, by status
        self._kills, self._dice = kills, dice
        self._environment = {**environment, **QUICK, "MINGA_LOGIN": "public"}
        self._lives: list[Life] = []
        self._workers = workers

    def __enter__(self) -> "Lives":
        self.tend()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for life in self._lives:
            _kill(life.worker)
        self._lives.clear()

    @property
    def killed(self) -> int:
        """How many have been killed so far."""
        return self.deaths.total()

    def tend(self) -> None:
        """Bury who died, kill whose time has come, start others in their place."""
        for life in list(self._lives):
            status = life.worker.poll()
            if status is not None:
                self._bury(life, status)
            elif time.monotonic() > life.until and self.killed < self._kills:
                _kill(life.worker)
                self.deaths["any moment"] += 1
                self._lives.remove(life)
        while len(self._lives) < self._workers:
            self._lives.append(self._start())

    def _bury(self, life: Life, status: int) -> None:
        _kill(life.worker)  # what it may have left
        self._lives.remove(life)
        if status == -signal.SIGKILL:
            self.deaths[life.point] += 1
        else:
            self.fallen[status] += 1

    def _start(self) -> Life:
        if self.killed >= self._kills:
            return Life(_spawn(self._environment), "", float("inf"))
        if self._dice.random() > AT_A_POINT:
            return Life(_spawn(self._environment), "", time.monotonic() + self._dice.uniform(*BRIEF))
        point = self._dice.choice(list(POINTS))
        passing = self._dice.randint(1, POINTS[point])
        worker = _spawn(self._environment | {"CRASH_AT": f"{point}:{passing}"})
        return Life(worker, point, time.monotonic() + LONGEST)


def _spawn(environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start a worker without children, in a group of its own: a killed one leaves nobody who goes on."""
    prefix = environment.get("MINGA_QUEUE_PREFIX", "minga")
    words = (
        f"celery --app config.celery --skip-checks --quiet worker --pool solo --loglevel ERROR "
        f"--queues {prefix}.default,{prefix}.platform --without-gossip --without-mingle --without-heartbeat "
        f"--hostname {uuid4().hex}@%h"
    )
    return subprocess.Popen(
        [sys.executable, "-m", *words.split()],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=dict(environment),
    )


def _kill(worker: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
