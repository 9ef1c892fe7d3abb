"""Migrate many schemas in several processes, each fed one name at a time: a kill loses one at most (F12)."""

import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Iterator
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


def migrate_in_parallel(schemas: Iterable[str], *, processes: int) -> Generator[Outcome]:
    """Yield each schema's outcome as it is done; closing it early ends the work after the schemas in hand.

    Every schema gets an outcome, also when no process can be started.
    """
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
    try:
        for _ in range(expected):
            yield outcomes.get()
    finally:
        _stop(feeders, waiting)


def _stop(feeders: list[threading.Thread], waiting: "Queue[str]") -> None:
    # A job that is cancelled or gives way must not leave processes at work: resumed, it starts its own.
    for _schema in _taken(waiting):
        pass
    for feeder in feeders:
        feeder.join()


def _feed(waiting: "Queue[str]", outcomes: "Queue[Outcome]") -> None:
    # A process that dies takes one schema with it, not the rest of the queue.
    while not waiting.empty():
        try:
            process = _process()
        except (OSError, subprocess.SubprocessError) as error:
            _give_up(waiting, outcomes, f"no process could be started: {error}")
            return
        # Closing the input of a dead process sends it once more what it never read.
        with suppress(BrokenPipeError), process:
            _feed_one(process, waiting, outcomes)


def _give_up(waiting: "Queue[str]", outcomes: "Queue[Outcome]", error: str) -> None:
    for schema in _taken(waiting):
        outcomes.put(Outcome(schema, error))


def _feed_one(process: "subprocess.Popen[str]", waiting: "Queue[str]", outcomes: "Queue[Outcome]") -> None:
    for schema in _taken(waiting):
        answer = _ask(process, schema)
        outcomes.put(Outcome(schema, "" if answer == "ok" else answer or "the migrating process died"))
        if not answer:
            break


def _ask(process: "subprocess.Popen[str]", schema: str) -> str:
    """Return the process's answer, nothing when it is dead."""
    hear, say = cast(IO[str], process.stdout), cast(IO[str], process.stdin)
    with suppress(BrokenPipeError):
        say.write(schema + "\n")
        say.flush()
    return hear.readline().strip()


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
        # A driver's message may hold any bytes; an unreadable one must not cost the outcome.
        errors="replace",
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    return os.environ | {"MINGA_LOGIN": "owner"}
