"""What a piece of work costs the machine: clock, processors, write-ahead log, memory."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from django.db import connection

from config.embedded.cluster import SUPERUSER


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work took: seconds of the clock and of processors, MiB of write-ahead log."""

    clock: float
    processors: float
    log: float


class Costs(dict[str, list[Cost]]):
    """The cost of each side, one a round."""

    def measure(self, side: str, do: Callable[[], Any]) -> Any:
        """Do it once after a checkpoint, and write down what it cost."""
        as_server("CHECKPOINT")
        log, processors, clock = written_log(), processor_seconds(), time.perf_counter()
        result = do()
        took = time.perf_counter() - clock
        cost = Cost(took, processor_seconds() - processors, (written_log() - log) / 2**20)
        self.setdefault(side, []).append(cost)
        return result

    def ratio(self, side: str, what: str, *, of: str = "UPDATE") -> float:
        """Return the median over the rounds of one side ÷ another."""
        pairs = zip(self[side], self[of], strict=True)
        return float(statistics.median(getattr(one, what) / getattr(other, what) for one, other in pairs))

    def line(self, side: str) -> str:
        """Describe a side by its medians."""
        clock, processors, log = (
            statistics.median(getattr(cost, what) for cost in self[side])
            for what in ("clock", "processors", "log")
        )
        return (
            f"{side}: {clock:.2f} s, {processors:.2f} s of processors "
            f"(÷ UPDATE = {self.ratio(side, 'processors'):.2f}), {log:.0f} MiB of log"
        )


def single(statement: str) -> Any:
    """Return the one value that a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def written_log() -> int:
    """Return how many bytes of write-ahead log this server has written."""
    return int(single("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


def processor_seconds() -> float:
    """Return what this process and all of the server's have used so far; a busy machine slows only clocks."""
    server = parent_of(single("SELECT pg_backend_pid()"))
    return sum((time.process_time(), *(used_by(child) for child in children_of(server))))


def used_by(pid: int) -> float:
    """Return the processor seconds of a process, 0 if it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def parent_of(pid: int) -> int:
    """Return the process that started another."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def as_server(statement: str) -> None:
    """Execute as the scratch server's superuser; somebody else's server is left alone."""
    if "MINGA_TEST_GIVEN_DATABASE" in os.environ:
        return
    (host,) = parse_qs(urlsplit(os.environ["MINGA_TEST_OWNER_URL"]).query)["host"]
    with psycopg.connect(host=host, user=SUPERUSER, dbname="postgres", autocommit=True) as server:
        server.execute(statement)


@contextmanager
def quiet_server() -> Iterator[None]:
    """Keep the server from cleaning up by itself in the midst of a measurement."""
    as_server("ALTER SYSTEM SET autovacuum = off")
    as_server("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        as_server("ALTER SYSTEM RESET autovacuum")
        as_server("SELECT pg_reload_conf()")


def memory(pid: int, name: str) -> float:
    """Return MiB of the worker's one child: VmRSS is what it has, VmHWM the most it had."""
    lines = Path(f"/proc/{children_of(pid)[0]}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def forget_most(pid: int) -> None:
    """Let VmHWM start anew from what the child has now."""
    Path(f"/proc/{children_of(pid)[0]}/clear_refs").write_text("5")
