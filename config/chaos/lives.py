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
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from uuid import uuid4

from config.supervisor import ROOT

# Where dispatch and its jobs may be killed, and at which passing at the latest (tenants.jobs.runner.crash).
POINTS = {
    "claim": 6,
    "marked": 4,
    "answered": 4,
    "settled": 4,
    "before_commit": 20,
    "after_commit": 20,
}
AT_A_POINT = 0.6  # the others die at any moment
# Seconds of work: on a busy machine a start alone takes longer, and who never worked has nothing to lose.
BRIEF = (0.5, 6.0)
# A point that is not passed by then is not waited for.
LONGEST = 12.0
# A killed worker's job is taken over while one watches.
QUICK = {
    "MINGA_JOBS_LEASE_SECONDS": "3",
    "MINGA_JOBS_HEARTBEAT_SECONDS": "1",
    "MINGA_JOBS_SLICE_SECONDS": "1",
}


@dataclass(slots=True)
class Life:
    """One worker, the point at which it kills itself, and how long it works before it is killed otherwise."""

    worker: "subprocess.Popen[bytes]"
    pidfile: Path
    point: str
    seconds: float
    until: float = inf

    def is_over(self, moment: float) -> bool:
        """Say whether its time has come; it begins once the worker is ready."""
        if self.until == inf and self.pidfile.exists():
            self.until = moment + self.seconds
        return moment > self.until


class Lives:
    """Keeps so many workers alive, kills them for some seconds and until enough have died; then they live."""

    def __init__(
        self,
        *,
        workers: int,
        kills: int,
        dice: random.Random,
        environment: Mapping[str, str],
        seconds: float = 0.0,
    ) -> None:
        self.deaths: Counter[str] = Counter()
        self.fallen: Counter[int] = Counter()  # those that ended otherwise, by status
        self._kills, self._dice = kills, dice
        self._until = time.monotonic() + seconds
        self._environment = {**environment, **QUICK, "MINGA_LOGIN": "public"}
        self._lives: list[Life] = []
        self._directory = TemporaryDirectory(prefix="minga-chaos-")
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
        self._directory.cleanup()

    @property
    def killed(self) -> int:
        """How many have been killed so far."""
        return self.deaths.total()

    @property
    def has_ended(self) -> bool:
        """Say whether enough have died, for long enough."""
        return self.killed >= self._kills and time.monotonic() >= self._until

    def tend(self) -> None:
        """Bury who died, kill whose time has come, start others in their place."""
        for life in list(self._lives):
            status = life.worker.poll()
            if status is not None:
                self._bury(life, status)
            elif not self.has_ended and life.is_over(time.monotonic()):
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
        if self.has_ended:
            return self._spawn("", inf)
        if self._dice.random() > AT_A_POINT:
            return self._spawn("", self._dice.uniform(*BRIEF))
        point = self._dice.choice(list(POINTS))
        passing = self._dice.randint(1, POINTS[point])
        return self._spawn(point, LONGEST, {"CRASH_AT": f"{point}:{passing}"})

    def _spawn(self, point: str, seconds: float, drill: Mapping[str, str] | None = None) -> Life:
        pidfile = Path(self._directory.name) / uuid4().hex
        return Life(_spawn(self._environment | dict(drill or {}), pidfile), pidfile, point, seconds)


def _spawn(environment: Mapping[str, str], pidfile: Path) -> "subprocess.Popen[bytes]":
    """Start a worker without children, in a group of its own: a killed one leaves nobody who goes on.

    It writes `pidfile` when it is ready to work.
    """
    prefix = environment.get("MINGA_QUEUE_PREFIX", "minga")
    words = (
        f"celery --app config.celery --skip-checks --quiet worker --pool solo --loglevel ERROR "
        f"--queues {prefix}.default,{prefix}.platform --without-gossip --without-mingle --without-heartbeat "
        f"--hostname {pidfile.name}@%h --pidfile {pidfile}"
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
