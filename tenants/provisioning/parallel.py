"""Migrate many schemas in several processes, each fed one name at a time: a kill loses one at most (F12)."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue
from typing import IO, cast

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one schema: no error means that it is at head."""

    schema: str
    error: str = ""


def migrate_in_parallel(schemas: Iterable[str], *, processes: int) -> Iterator[Outcome]:
    """Yield each schema's outcome as it is done. Processes end when this one does: their input closes."""
    waiting: Queue[str] = Queue()
    for schema in schemas:
        waiting.put(schema)
    expected, outcomes = waiting.qsize(), Queue[Outcome]()
    feeders = [
        threading.Thread(target=_feed, args=(waiting, outcomes), daemon=True)
        for _ in range(min(processes, expected))
    ]
    for feeder in feeders:
        feeder.start()
    for _ in range(expected):
        yield outcomes.get()


def _feed(waiting: "Queue[str]", outcomes: "Queue[Outcome]") -> None:
    # A process that dies takes one schema with it, not the rest of the queue.
    while not waiting.empty():
        with _process() as process:
            _feed_one(process, waiting, outcomes)


def _feed_one(process: "subprocess.Popen[str]", waiting: "Queue[str]", outcomes: "Queue[Outcome]") -> None:
    hear, say = cast(IO[str], process.stdout), cast(IO[str], process.stdin)
    for schema in _taken(waiting):
        with suppress(BrokenPipeError):
            say.write(schema + "\n")
            say.flush()
        answer = hear.readline().strip()
        outcomes.put(Outcome(schema, "" if answer == "ok" else answer or "the migrating process died"))
        if not answer:
            break


def _taken(waiting: "Queue[str]") -> Iterator[str]:
    with suppress(Empty):
        while True:
            yield waiting.get_nowait()


def _process() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(settings.ROOT / "manage.py"), "migrate", "--fed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    return os.environ | {"MINGA_LOGIN": "owner"}
