"""Somebody who listens to webhooks: a real server that keeps what came and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from campaigns.providers import BadSignature, CallEvent, read_event, verify_signature


@dataclass
class Listener:
    """What came, in order; `answers` are the next statuses, 204 when there are none left."""

    keys: list[str]
    url: str = ""
    answers: list[int] = field(default_factory=list)
    events: list[CallEvent] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    trusting: bool = False

    def hear(self, raw: bytes, signature: str | None) -> int:
        """Verify, keep, answer."""
        try:
            if not self.trusting:
                verify_signature(raw=raw, header=signature, keys=self.keys, now=datetime.now(UTC))
        except BadSignature:
            self.refused.append(raw)
            return 401
        self.events.append(read_event(raw))
        return self.answers.pop(0) if self.answers else 204

    def names(self, call_id: str) -> list[str]:
        """Return the names of the events of one call, in the order in which they came."""
        return [event.name for event in self.events if event.call.call_id == call_id]


@contextmanager
def listening(*keys: str) -> Iterator[Listener]:
    """Listen on a free port until the block ends."""
    listener = Listener(list(keys))

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(listener.hear(raw, self.headers.get("x-retell-signature")))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        listener.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
