"""Packages to compare with, in an environment of their own: the product never needs them."""

import hashlib
import subprocess
import venv
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".minga" / "bench"
LISTS = (ROOT / "requirements-bench.txt", ROOT / "requirements-shadow.txt")


@cache
def extra_python() -> Path:
    """Return an interpreter that has the packages of requirements-bench.txt; skip, saying why, without."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / "installed"
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in LISTS)).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    venv.create(FOLDER, clear=True, with_pip=True)
    words: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-q",
        "--no-deps",
    ]
    done = subprocess.run([*words, "-r", LISTS[0]], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT RUN: requirements-bench.txt cannot be installed: {done.stderr.strip()[-300:]}")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def folder_of(package: str) -> Path:
    """Return where a package lies in that environment, without importing it."""
    ask = "import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]).origin)"
    done = subprocess.run([extra_python(), "-c", ask, package], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()).parent
