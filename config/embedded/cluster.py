"""Make a PostgreSQL cluster, and say with which settings it runs (F3)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.bootstrap import _
from config.embedded import EmbeddedError, places
from config.embedded.account import Account
from config.embedded.binaries import postgres_major

SUPERUSER = "postgres"
# Tried in turn: sorting by code point with Unicode's letters, else without them (musl, older macOS).
LOCALES = ("C.UTF-8", "C")
# Servers speak English and know nothing of the caller's own PostgreSQL settings.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

SETTINGS = {
    "listen_addresses": "",  # the socket in a private folder is the only way in
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # A dump or a tenant's deletion locks each of its tables; the default ends at a hundred tenants.
    "max_locks_per_transaction": "256",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Names, numbers and texts stay out of the log (S19): no statements, no details, no values in errors.
    "log_min_error_statement": "panic",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# After a crash one call per file system instead of one per file: 0.7 s instead of 25 with many tenants.
CRASH_SETTINGS = {"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}
# A test server's data is thrown away at its next start, so nothing waits for the disk.
SCRATCH_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Tests roll their rows back: vacuumed meanwhile, a table counts as empty, and a join of thousands that
    # the next test writes is planned as one of none.
    "autovacuum": "off",
}


def settings(*, durable: bool) -> dict[str, str]:
    """Return the server's settings; a scratch server gives up durability for speed."""
    return SETTINGS | (CRASH_SETTINGS if durable else SCRATCH_SETTINGS)


def prepare(home: Path, programs: Path, account: Account, *, durable: bool) -> Path:
    """Return the cluster's folder, made if need be; raises EmbeddedError for one that cannot be used.

    A scratch cluster is always made anew: after a kill it may be torn, and an old run's databases are waste.
    """
    cluster = home / "cluster"
    check_purpose(home, durable=durable)
    if not durable:
        shutil.rmtree(cluster, ignore_errors=True)
    if not cluster.exists():
        _make(cluster, programs, account, durable=durable)
    _check_version(cluster, programs)
    return cluster


def check_purpose(home: Path, *, durable: bool) -> None:
    """Refuse to treat data that must last as scratch, or the other way round."""
    purpose = home / "purpose"
    word = "durable" if durable else "scratch"
    if not purpose.exists():
        purpose.write_text(word)
    if purpose.read_text() != word:
        raise EmbeddedError(
            _(
                "%(folder)s holds a server of the other kind (durable or scratch); give each kind "
                "a folder of its own."
            )
            % {"folder": home}
        )


def _make(cluster: Path, programs: Path, account: Account, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there whole: a kill in the middle leaves no half."""
    said = ""
    for locale in LOCALES:
        new = cluster.with_name("cluster.new")
        shutil.rmtree(new, ignore_errors=True)
        done = _initialise(new, programs, account, locale=locale, durable=durable)
        if done.returncode == 0:
            new.rename(cluster)
            return
        said = done.stdout
    shutil.rmtree(cluster.with_name("cluster.new"), ignore_errors=True)
    raise EmbeddedError(places.explain(complaint(said), cluster))


def _initialise(
    new: Path, programs: Path, account: Account, *, locale: str, durable: bool
) -> "subprocess.CompletedProcess[str]":
    known: list[str | Path] = ["-D", new, "-U", SUPERUSER, "-E", "UTF8", f"--locale={locale}"]
    doors = ["--auth-local=trust", "--auth-host=reject"]
    rest = ["--data-checksums", "--no-instructions", *(() if durable else ("--no-sync",))]
    return subprocess.run(
        [programs / "initdb", *known, *doors, *rest],
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        **account.options,
    )


def _check_version(cluster: Path, programs: Path) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    major = postgres_major(programs)
    if made_by != str(major):
        raise EmbeddedError(
            _(
                "%(folder)s was made by PostgreSQL %(old)s and this is %(new)s; set MINGA_POSTGRES_BIN to a "
                "PostgreSQL %(old)s, or start afresh with 'python3 manage.py demo --reset'."
            )
            % {"folder": cluster, "old": made_by, "new": major}
        )


def complaint(text: str) -> str:
    """Return the line of a server's output that tells most: the last that names an error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    last = (telling or lines or [_("it said nothing")])[-1]
    return last.split("FATAL:")[-1].split("PANIC:")[-1].split("error:")[-1].strip()


def log_tail(log: Path) -> str:
    """Return the end of the server's log."""
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - 8192))
        return file.read().decode(errors="replace")
