"""A Sentry on this machine: takes envelopes as the real one does, and keeps what came, letter by letter."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli

# The better one where it is installed, as for our checks.
UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}
KEY = "0123456789abcdef0123456789abcdef"


@dataclass
class Sentry:
    """What came: envelopes as they were sent, unpacked."""

    dsn: str = ""
    envelopes: list[str] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events: of an envelope the line behind its own head and the head of its one item."""
        lines = [envelope.splitlines() for envelope in self.envelopes]
        assert [json.loads(head)["type"] for _own, head, _event in lines] == ["event"] * len(lines)
        return [json.loads(event) for _own, _head, event in lines]


@contextmanager
def a_sentry() -> Iterator[Sentry]:
    """Serve project 7."""
    sentry = Sentry()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/api/7/envelope/"
            sentry.envelopes.append(UNPACK[self.headers["Content-Encoding"]](body).decode())
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sentry.dsn = f"http://{KEY}@127.0.0.1:{server.server_address[1]}/7"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sentry
    finally:
        server.shutdown()
        server.server_close()
