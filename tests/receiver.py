"""A receiver of webhooks on this machine: keeps what came, answers what a test wants."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Came:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """What came, and what is answered: the statuses in turn, the last one for ever.

    `drip` seconds pass between the bytes of an answer of `size` bytes.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    came: list[Came] = field(default_factory=list)
    drip: float = 0
    size: int = 0
    location: str = ""

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def answers(self, *statuses: int) -> None:
        self.statuses = list(statuses)

    @property
    def status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.came]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.came.append(Came(self.path, headers, body))
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.end_headers()
            self._talk()

        def _talk(self) -> None:
            try:
                for _byte in range(receiver.size):
                    self.wfile.write(b"x")
                    time.sleep(receiver.drip)
            except OSError:
                self.close_connection = True

        def log_message(self, *_line: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
