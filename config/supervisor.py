"""Run the programs of one Minga together (F7): prefixed log lines, restarts, and an end that leaves nothing.

    with stopping_on_signals():
        with Supervisor([Program("web", [...]), Program("worker", [...])]) as crew:
            crew.wait()

Every program gets a session of its own, so that its children can be ended with it and Ctrl+C in the terminal
reaches only us. Should we be killed, a watcher ends them (config/watcher.py).
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Protocol, cast

from config.bootstrap import _

ROOT = Path(__file__).resolve().parent.parent
COLOURS = (36, 33, 32, 35, 34, 31)
# Seconds that a program may take to end by itself: a worker finishes the chunk it is at.
GRACE = 15.0
# Waits before restarts; a program that lived for a minute starts again from the first.
BACKOFF = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
LONG_LIFE = 60.0
# So many early deaths in a row are no accident: a cure is needed, not a sixth try.
GIVE_UP_AFTER = 5
ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class SupervisorError(Exception):
    """One line that says why nothing was started, and the cure."""


class Stopped(SystemExit):
    """The user or the system asked us to end; `finally` blocks run, the exit status is 0."""


class Log(Protocol):
    """Where log lines go: a stream, or whatever writes and knows whether it shows colours."""

    def write(self, text: str, /) -> int: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Program:
    """What to run; `environment` is the whole one, None passes ours on."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None


@dataclass(slots=True)
class Child:
    """One program and the process that runs it now; `due_at` set means that it waits for its restart."""

    program: Program
    colour: int
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    early_deaths: int = 0
    due_at: float | None = None
    reader: threading.Thread | None = field(default=None, repr=False)


class Supervisor:
    """Keeps programs running between `start` and `stop`; a context manager does both."""

    def __init__(self, programs: Sequence[Program], *, out: Log | None = None, grace: float = GRACE) -> None:
        self._children = [Child(program, COLOURS[at % len(COLOURS)]) for at, program in enumerate(programs)]
        self._out = out or sys.stdout
        self._grace = grace
        self._coloured = self._out.isatty() and "NO_COLOR" not in os.environ
        self._width = max((len(program.name) for program in programs), default=0)
        self._writing = threading.Lock()
        self._ending = threading.Event()
        self._silent = False
        self._gave_up = threading.Event()
        self._minder = threading.Thread(target=self._mind, name="supervisor", daemon=True)
        self._watcher: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Supervisor":
        try:
            self.start()
        except BaseException:
            # A signal in mid-start: `with` ends only what it has entered.
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start every program; from now on a dead one is started again."""
        # Whoever was killed does not come back to wait: what it leaves gets less time.
        self._watcher = _start_watcher(min(self._grace, 5.0))
        self._minder.start()

    def wait(self, seconds: float | None = None) -> int | None:
        """Return 1 when a program kept dying, None when `seconds` passed first."""
        return 1 if self._gave_up.wait(seconds) else None

    def check(self) -> None:
        """Raise SupervisorError when a program kept dying: what is waited for will not come."""
        if self._gave_up.is_set():
            raise SupervisorError(_("A program keeps ending at once; see the lines above."))

    def stop(self) -> None:
        """End every program and all that it started: ask, wait, then kill. Twice does no harm."""
        self._ending.set()
        with _undisturbed():
            if self._minder.is_alive():
                self._minder.join()
            self._end_all()
            self._dismiss_watcher()
            # A reader in mid-write when Python ends would abort it.
            with self._writing:
                self._silent = True

    def _end_all(self) -> None:
        running = [child for child in self._children if child.process]
        for child in running:
            # Only the leader is asked: Celery's and gunicorn's know how to end their own children.
            self._signal(child, signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        for child in running:
            self._bury(child, max(0.0, deadline - time.monotonic()))

    def say(self, child: Child, line: str) -> None:
        """Write one log line with the program's name before it."""
        label = f"{child.program.name:<{self._width}} |"
        if self._coloured:
            label = f"\x1b[{child.colour}m{label}\x1b[0m"
        # A closed terminal or pipe must not keep us from ending our programs.
        with self._writing, suppress(OSError, ValueError):
            if self._silent:
                return
            self._out.write(f"{label} {line}\n")
            self._out.flush()

    def _spawn(self, child: Child) -> None:
        child.started_at, child.due_at = time.monotonic(), None
        try:
            child.process = subprocess.Popen(
                list(child.program.command),
                env=None if child.program.environment is None else dict(child.program.environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # Unbuffered: a thread inside a buffered reader aborts a Python that ends.
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            self.say(child, str(error))
            self._plan_restart(child)
            return
        self._tell_watcher(f"+{child.process.pid}")
        child.reader = threading.Thread(target=self._read, args=(child, child.process), daemon=True)
        child.reader.start()

    def _read(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        for line in _lines_of(cast(IO[bytes], process.stdout)):
            self.say(child, line.decode(errors="replace"))

    def _mind(self) -> None:
        """Start all, notice the dead and start them again, until the end.

        In a thread, because a signal interrupts the main one anywhere, also between a start and its record.
        """
        for child in self._children:
            self._spawn(child)
        while not self._ending.wait(0.1):
            for child in self._children:
                if child.process and child.process.poll() is not None:
                    status = child.process.returncode
                    self._bury(child, 0.0)
                    self.say(child, _("ended with status %(status)s") % {"status": status})
                    self._plan_restart(child)
                elif child.due_at is not None and time.monotonic() >= child.due_at:
                    self._spawn(child)

    def _plan_restart(self, child: Child) -> None:
        now = time.monotonic()
        child.early_deaths = 1 if now - child.started_at > LONG_LIFE else child.early_deaths + 1
        if child.early_deaths >= GIVE_UP_AFTER:
            self.say(child, _("keeps ending at once; see the lines above"))
            self._gave_up.set()
            return
        wait = BACKOFF[min(child.early_deaths, len(BACKOFF)) - 1]
        self.say(child, _("starting again in %(seconds)s s") % {"seconds": wait})
        child.due_at = now + wait

    def _signal(self, child: Child, number: signal.Signals) -> None:
        if child.process:
            with suppress(ProcessLookupError):
                child.process.send_signal(number)

    def _bury(self, child: Child, seconds: float) -> None:
        """Wait for a program to end, then kill what is left of it and of its children."""
        process = child.process
        if process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        # Its session bears its number as long as any member lives, even after the leader.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell_watcher(f"-{process.pid}")
        if child.reader:
            child.reader.join(2)
        child.process = None

    def _tell_watcher(self, word: str) -> None:
        if self._watcher and self._watcher.stdin:
            with suppress(OSError, ValueError):
                self._watcher.stdin.write(f"{word}\n")
                self._watcher.stdin.flush()

    def _dismiss_watcher(self) -> None:
        if self._watcher and self._watcher.stdin:
            with suppress(OSError):
                self._watcher.stdin.close()
            self._watcher.wait()
            self._watcher = None


def _lines_of(pipe: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of an unbuffered pipe, the last one also without its end."""
    rest = b""
    with pipe:
        while piece := pipe.read(65536):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
    if rest:
        yield rest


def _start_watcher(grace: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-S", "-m", "config.watcher", str(grace)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold signals back until the end is done: an interrupted end would leave programs running."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn SIGTERM, Ctrl+C and a closing terminal into `Stopped`, once; later ones wait for the end."""
    before = {number: signal.getsignal(number) for number in ENDINGS}
    if before[signal.SIGHUP] is signal.SIG_IGN:  # started under nohup: a closing terminal is no reason
        del before[signal.SIGHUP]

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(0)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def check_port(port: int, host: str = "127.0.0.1") -> None:
    """Refuse a port that cannot be served; raises SupervisorError with one line and the cure."""
    if not 0 < port < 65536:
        raise SupervisorError(
            _("Port %(port)s does not exist; choose one from 1 to 65535: --port 8000") % {"port": port}
        )
    try:
        _try(port, host)
    except PermissionError:
        raise SupervisorError(
            _("Port %(port)s is reserved for root; choose a larger one: --port 8000") % {"port": port}
        ) from None
    except OSError as error:
        raise SupervisorError(
            _("Port %(port)s is taken (%(error)s); stop what uses it, or choose another: --port %(free)s")
            % {"port": port, "error": error.strerror, "free": free_port(port, host)}
        ) from None


def _try(port: int, host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as door:
        # As servers do: a port that rests after its last use is not taken.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))


def free_port(port: int, host: str = "127.0.0.1") -> int:
    """Return the next port after `port` that nobody uses now."""
    for candidate in range(max(port + 1, 1024), min(port + 100, 65536)):
        with suppress(OSError):
            _try(candidate, host)
            return candidate
    return 8000
