"""The web processes' patience (S12): a real gunicorn and clients that do not finish what they say."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from gunicorn.util import close_graceful

from config import surroundings, web

ROOT = Path(__file__).resolve().parents[2]
HALF = b'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"half'
# An application that reads all of a body, and a worker whose patience ends within a second.
SERVER = """
import sys
import config.web

def application(environ, start_response):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]

config.web.SILENCE = 1
sys.modules["application"] = sys.modules["__main__"]
from gunicorn.app.wsgiapp import run
run()
"""


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    words = ["application", f"--bind=127.0.0.1:{number}", "--threads=2", "--no-control-socket"]
    words += ["--worker-class=config.web.PatientWorker", "--graceful-timeout=1", "--log-level=warning"]
    server = subprocess.Popen([sys.executable, "-c", SERVER, *words], cwd=ROOT)
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", number)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield number
    server.terminate()
    server.wait()


def test_half_sent_bodies_do_not_stop_the_server(port):
    """S12: as many as there are threads, and then some; the next client is answered."""
    silent = [socket.create_connection(("127.0.0.1", port), timeout=10) for _client in range(3)]
    for client in silent:
        client.sendall(HALF)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
        assert answer.status == 200
    assert [client.recv(1) for client in silent] == [b"", b"", b""]
    for client in silent:
        client.close()


def test_a_slow_body_that_goes_on_is_read_to_its_end(port):
    """S12: only silence counts; a thin line may take longer in all than one silence."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n")
        for _byte in range(4):
            time.sleep(0.5)
            client.sendall(b"x")
        assert client.recv(15) == b"HTTP/1.1 200 OK"


def test_a_client_that_does_not_close_is_not_waited_for_twice(monkeypatch):
    """S12: gunicorn waits in the thread that accepts everybody; ours has waited in the request's own."""
    monkeypatch.setattr(web, "LINGER", 0.1)
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(b"the answer")
        web.linger(ours)
        begun = time.monotonic()
        close_graceful(ours)
        assert time.monotonic() - begun < 0.5
        assert theirs.recv(100) == b"the answer"


def test_every_way_to_start_it_takes_the_patient_worker():
    """S12: the demo, one machine, containers and systemd; a list's cursor and filters fit into its line."""
    served = surroundings.programs(binds=["127.0.0.1:1"], environment={}, web=1, threads=2, jobs=1)[0]
    deployed = [(ROOT / "deploy" / name).read_text() for name in ("Dockerfile", "systemd/minga-web.service")]
    for started in [
        " ".join(served.command).replace("-class ", "-class=").replace("-line ", "-line="),
        *deployed,
    ]:
        assert "--worker-class=config.web.PatientWorker" in started
        assert "--limit-request-line=8190" in started
