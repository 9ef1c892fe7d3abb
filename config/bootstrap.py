"""Make `.venv`, fill it and start the command again inside it (F6).

Runs before any package exists: the standard library only. Everything it says is one line on standard
error, so that the JSON lines of `demo --json` stay alone on standard output.
"""

import gettext
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
# Commands that may install, and the list each one needs. The second includes the first.
LISTS = {"demo": "requirements.txt", "test": "requirements-dev.txt"}
# The packages unpacked, plus pip's own copies while it works.
ROOM_NEEDED = 900 * 1024 * 1024
# Set for the process started inside .venv; still incomplete there means that a repair did not help.
AGAIN = "MINGA_BOOTSTRAP_PASS"


def spoken_language() -> str:
    """Return "en" where the terminal speaks English, else "es": Spanish first (W7)."""
    named = (os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "en" if next(filter(None, named), "").startswith("en") else "es"


def _(text: str) -> str:
    """Return `text` in the terminal's language (W7)."""
    if spoken_language() == "en":
        return text
    try:
        return gettext.translation("django", ROOT / "locale", languages=["es"]).gettext(text)
    except (OSError, ValueError):  # no catalogue, or one that is being written
        return text


def prepare(argv: list[str], root: Path = ROOT) -> None:
    """Return when this interpreter can run `argv`; else install and start again, or exit with one line."""
    command = argv[1] if len(argv) > 1 else ""
    if sys.platform == "win32":
        sys.exit(_("Minga runs on Linux and macOS; on Windows use WSL 2 or Docker (deploy/compose.yaml)."))
    if command in LISTS:
        _prepare_to_install(root, command, argv)
    elif importlib.util.find_spec("django") is None:
        _borrow_or_refuse(root, argv)


def _prepare_to_install(root: Path, command: str, argv: list[str]) -> None:
    folder = Folder(root)
    passes = int(os.environ.pop(AGAIN, "0"))
    if has_everything(root / LISTS[command]) and not (folder.is_current and folder.is_half_made):
        return
    if passes > 1:
        sys.exit(_("The packages in .venv do not load; delete the folder .venv and start again."))
    with _one_line_for_errors(root), _alone(root):
        # Inside .venv and incomplete: what the stamp promises is not true, so it does not count.
        if folder.is_current or not folder.is_ready(command):
            folder.fill(command)
    folder.run(argv, passes + 1)


def _borrow_or_refuse(root: Path, argv: list[str]) -> None:
    folder = Folder(root)
    if folder.is_ready("demo") and not folder.is_current:
        folder.run(argv, 1)
    sys.exit(
        _(
            "Django is not installed here yet; run one of these first, they set everything up: "
            "'python3 manage.py demo' (try Minga) or 'python3 manage.py test' (its tests)."
        )
    )


def has_everything(requirements: Path) -> bool:
    """Return whether this interpreter has each pinned package of `requirements` in exactly that version."""
    return all(_installed(name) == version for name, version in pins(requirements))


def pins(requirements: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, version) of each `name==version` line, following `-r other.txt`."""
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from pins(requirements.parent / line[3:].strip())
        elif found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;#]+)", line):
            yield found[1], found[2]


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


class Folder:
    """The `.venv` beside manage.py, with a stamp that says which lists it was filled from."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / ".venv"
        self.python = self.path / "bin" / "python"
        self.stamp = self.path / "minga-installed.json"
        self.half = self.path / "minga-installing"
        self.log = self.path / "minga-install.log"

    @property
    def is_current(self) -> bool:
        """Whether this very interpreter is the folder's."""
        return Path(sys.prefix).resolve() == self.path.resolve()

    @property
    def is_half_made(self) -> bool:
        """Whether an installation was cut off in the middle."""
        return self.half.exists()

    def is_ready(self, command: str) -> bool:
        """Return whether it was filled for `command` from the lists as they are now, and still starts."""
        wanted = digest(self.root / LISTS[command])
        return not self.is_half_made and self._stamped().get(command) == wanted and self._starts()

    def _stamped(self) -> dict[str, str]:
        try:
            stamped = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamped if isinstance(stamped, dict) else {}

    def _starts(self) -> bool:
        # The system's Python may have been replaced under it; its links then lead nowhere.
        try:
            return not _run([str(self.python), "-c", ""])[0]
        except OSError:
            return False

    def fill(self, command: str) -> None:
        """Make the folder if it is missing or broken, and install the lists of `command`."""
        sys.stderr.write(_("Preparing .venv (only this first time)") + "\n")
        if shutil.disk_usage(self.root).free < ROOM_NEEDED:
            sys.exit(
                _("The disk is almost full; free 1 GB in %(folder)s and start again.") % {"folder": self.root}
            )
        if self.is_half_made or not self._starts() or not self._installer():
            self._make()
        # The mark outlives a kill: with it the next start begins afresh instead of trusting half a package.
        self.half.touch()
        install(self._installer(), self.root / LISTS[command], self.log, self.path)
        arrived = set(pins(self.root / LISTS[command]))
        lists = {name: self.root / file for name, file in LISTS.items()}
        self.stamp.write_text(
            json.dumps({name: digest(file) for name, file in lists.items() if set(pins(file)) <= arrived})
        )
        self.half.unlink()

    def _make(self) -> None:
        """Try the makers of virtual environments in turn."""
        tried = ""
        for maker in self._makers():
            shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir()
            self.half.touch()
            failed, said = _run(maker)
            if not failed and self._starts():
                return
            tried += said
        shutil.rmtree(self.path, ignore_errors=True)
        sys.exit(
            failure(tried)
            or _(
                "Python cannot make virtual environments here; install the missing part and start again: "
                "apt install python3-venv (or: pip install virtualenv)"
            )
        )

    def _makers(self) -> Iterator[list[str]]:
        # The Python that .venv stands on: the running one may be inside the folder that is made anew.
        python: str = getattr(sys, "_base_executable", sys.executable)
        yield [python, "-m", "venv", str(self.path)]
        for tool, options in (("uv", ["venv", "--clear", "--python", python]), ("virtualenv", [])):
            if known := _tool(tool, python):
                yield [*known, *options, str(self.path)]

    def _installer(self) -> list[str]:
        """Return the command that installs into the folder; empty when there is none."""
        if not _run([str(self.python), "-m", "pip", "--version"])[0]:
            return [str(self.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        uv = _tool("uv", sys.executable)
        return [*uv, "pip", "install", "--python", str(self.python)] if uv else []

    def run(self, argv: list[str], passes: int) -> NoReturn:
        """Replace this process by the same command under the folder's Python."""
        sys.stdout.flush()
        sys.stderr.flush()
        words = [str(self.python), str(self.root / "manage.py"), *argv[1:]]
        os.execve(self.python, words, {**os.environ, AGAIN: str(passes)})  # noqa: S606  no shell is the point


def digest(requirements: Path) -> str:
    """Return a fingerprint of what `requirements` asks for; a changed comment changes nothing."""
    asked = "\n".join(f"{name}=={version}" for name, version in pins(requirements))
    return hashlib.sha256(asked.encode()).hexdigest()


def _tool(name: str, python: str) -> list[str]:
    if on_path := shutil.which(name):
        return [on_path]
    return [python, "-m", name] if importlib.util.find_spec(name) else []


def _run(words: list[str]) -> tuple[int, str]:
    """Run `words` to the end; return its exit status and all that it said."""
    # Descriptors are passed on for the sake of one, the lock's: see _alone.
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        close_fds=False,
        check=False,
    )
    return done.returncode, done.stdout


def install(installer: list[str], requirements: Path, log: Path, folder: Path) -> None:
    """Run `installer` on `requirements` with a progress line; exit with one line when it fails."""
    # A user's "install into my home" setting contradicts a virtual environment; all else is passed on.
    environment = {**os.environ, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    with log.open("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(
            [*installer, "-r", str(requirements)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment,
            close_fds=False,
        )
        try:
            show_progress(lambda: process.poll() is not None, lambda: _stage(log, folder))
        except BaseException:
            process.kill()
            process.wait()
            raise
    if process.returncode:
        text = log.read_text(encoding="utf-8", errors="replace")
        sys.exit(
            failure(text)
            or _(
                "The packages could not be installed; check the network and the proxy settings "
                "(HTTPS_PROXY, PIP_INDEX_URL) and start again. Details: %(log)s"
            )
            % {"log": log}
        )


def failure(text: str) -> str:
    """Return the line for a failure that the installer's own words name, else ''."""
    if re.search(r"No space left|Disk quota exceeded|Errno 28|os error 28", text):
        return _("The disk filled up while installing; free 1 GB and start again.")
    if re.search(r"Permission denied|Read-only file system|Errno 13|Errno 30", text):
        return _("The folder .venv cannot be written; give yourself the right to write here and start again.")
    return ""


def _stage(log: Path, folder: Path) -> str:
    """Say how far the installer is, from its log (pip or uv) and from what has arrived in the folder."""
    text = log.read_text(encoding="utf-8", errors="replace")
    found = len(set(re.findall(r"^\s*Collecting ([A-Za-z0-9._-]+)", text, re.MULTILINE)))
    all_of_them = re.search(r"^Installing collected packages: (.+)$", text, re.MULTILINE)
    if all_of_them:
        arrived = len(list(folder.glob("lib/python*/site-packages/*.dist-info")))
        total = len(all_of_them[1].split(", "))
        return _("installing %(done)s of %(total)s packages") % {"done": min(arrived, total), "total": total}
    return _("fetching packages, %(count)s so far") % {"count": found}


def show_progress(finished: Callable[[], bool], stage: Callable[[], str], out: IO[str] | None = None) -> None:
    """Keep one line current until `finished`: in place on a terminal, every ten seconds elsewhere."""
    out = out or sys.stderr
    live, begun, told = out.isatty(), time.monotonic(), -10.0
    while not finished():
        elapsed = time.monotonic() - begun
        line = _("%(seconds)s s · %(stage)s") % {"seconds": int(elapsed), "stage": stage()}
        if live:
            out.write("\r\x1b[K" + line)
        elif elapsed - told >= 10:
            told = elapsed
            out.write(line + "\n")
        out.flush()
        time.sleep(0.25)
    out.write(
        ("\r\x1b[K" if live else "")
        + _("Packages ready after %(seconds)s s") % {"seconds": int(time.monotonic() - begun)}
        + "\n"
    )


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the installation lock: of two starts at once the second waits, then finds all done."""
    import fcntl  # absent on Windows, which was refused above

    state = root / ".minga"
    with suppress(FileExistsError):
        # As root PostgreSQL runs as another account, which must be able to pass through.
        state.mkdir(mode=0o700 if os.geteuid() else 0o711)
    with (state / "install.lock").open("a") as lock:
        # Inherited by the installer: should this process be killed, the next start waits for the orphan.
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write(_("Another start is installing the packages; waiting for it.") + "\n")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _one_line_for_errors(root: Path) -> Iterator[None]:
    # SIGTERM like Ctrl+C: the installer must not go on alone.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(_("Stopped; the next start continues."))
    except OSError as error:
        sys.exit(
            failure(str(error))
            or _("%(folder)s cannot be prepared: %(error)s") % {"folder": root, "error": error}
        )
    finally:
        signal.signal(signal.SIGTERM, before)
