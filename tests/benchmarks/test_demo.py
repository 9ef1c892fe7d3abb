"""How long does a newcomer wait? The README's first command, in a fresh clone, then once more."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figures import seconds_of, show

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def free_port() -> str:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_demo_cold_and_warm(tmp_path: Path) -> None:
    clone = tmp_path / "minga"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environment = {n: v for n, v in os.environ.items() if n in KEPT or n.startswith(("PIP_", "UV_"))}
    python = shutil.which("python3", path=os.defpath) or sys.executable

    def demo() -> None:
        command = [python, "manage.py", "demo", "--once", "--json", "--port", free_port()]
        subprocess.run(command, cwd=clone, env=environment, check=True, stdout=subprocess.DEVNULL)

    cold, warm = seconds_of(demo), seconds_of(demo)
    show(
        "The demo's one round",
        f"cold, packages included: {cold:.1f} s; warm: {warm:.1f} s (÷ cold = {warm / cold:.2f})",
    )
