"""Tell a long command's steps (W2): a bar in a terminal, lines in a log, JSON objects for scripts."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from config.bootstrap import _, spoken_language

WIDTH = 20
TICK = 0.2


class Step:
    """One step while it runs."""

    def __init__(self, name: str, label: str) -> None:
        self.name = name
        self.label = label
        self.began = time.monotonic()
        self.percent: int | None = None
        self.words = ""
        self.facts: dict[str, Any] = {}

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return round(time.monotonic() - self.began, 1)

    def show(self, percent: int | None, words: str) -> None:
        """Say how far it is; None is an unknown total. Never goes back."""
        if percent is not None:
            self.percent = max(percent, self.percent or 0)
        self.words = words

    def bar(self) -> str:
        """Return its line while it runs."""
        if self.percent is None:
            at = int(time.monotonic() / TICK) % (WIDTH - 2)
            drawn = "·" * at + "━━━" + "·" * (WIDTH - 3 - at)
        else:
            full = WIDTH * self.percent // 100
            drawn = "━" * full + "·" * (WIDTH - full)
        return f"  {self.label:<34} {drawn} {self.words or _seconds(self.seconds)}"


class Narrator:
    """Writes the steps; also a stream for the programs' log lines, which go above the bar."""

    def __init__(self, *, as_json: bool, out: IO[str] | None = None, log: IO[str] | None = None) -> None:
        self.as_json = as_json
        self.out = out or sys.stdout
        # With --json standard output holds JSON objects and nothing else.
        self.log = log or (sys.stderr if as_json else self.out)
        self.live = not as_json and self.out.isatty()
        self._step: Step | None = None
        self._writing = threading.RLock()

    @contextmanager
    def step(self, name: str, label: str) -> Iterator[Step]:
        """Announce a step, keep its bar moving, and say how it ended."""
        step = self._step = Step(name, label)
        state = "failed"
        try:
            with _ticking(self._draw if self.live else None):
                yield step
            state = "completed"
        except Exception as error:
            step.facts["error"] = str(error)
            raise
        finally:
            self._step = None
            self._end(step, state)

    def say(self, text: str) -> None:
        """Write plain lines for people; nothing with --json."""
        if not self.as_json:
            self._put(self.out, text + "\n")

    def give(self, facts: dict[str, Any]) -> None:
        """Write one JSON object for scripts; nothing without --json."""
        if self.as_json:
            self._put(self.out, json.dumps(facts, ensure_ascii=False) + "\n")

    def write(self, text: str) -> int:
        """Write log lines of programs, as a stream does."""
        self._put(self.log, text)
        return len(text)

    def log_line(self, text: str) -> None:
        """Write one line about what happens beside the steps, where the programs' lines go."""
        self.write(text + "\n")

    def flush(self) -> None:
        """Everything is flushed as it is written."""

    def isatty(self) -> bool:
        """Say whether the log's reader sees colours."""
        return self.log.isatty()

    def _end(self, step: Step, state: str) -> None:
        self.give(
            {"step": step.name, "label": step.label, "state": state, "seconds": step.seconds, **step.facts}
        )
        mark = "✓" if state == "completed" else "✗"
        self.say(f"{mark} {step.label:<34} {_seconds(step.seconds)}{step.words and f' · {step.words}'}")

    def _put(self, stream: IO[str], text: str) -> None:
        with self._writing:
            stream.write(("\r\x1b[K" if self.live else "") + text)
            stream.flush()

    def _draw(self) -> None:
        if self._step:
            self._put(self.out, self._step.bar())


@contextmanager
def _ticking(draw: Callable[[], None] | None) -> Iterator[None]:
    """Call `draw` now and again until the block ends."""
    if draw is None:
        yield
        return
    ended = threading.Event()

    def tick() -> None:
        while not ended.wait(TICK):
            draw()

    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        ended.set()
        ticker.join()


def _seconds(seconds: float) -> str:
    said = str(seconds) if spoken_language() == "en" else str(seconds).replace(".", ",")
    return _("%(seconds)s s") % {"seconds": said}
