"""The simulated provider over HTTP: Retell's addresses, and some of its own below /simulator."""

import io
import json
import socket
import threading
import wave
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from campaigns.simulator.asking import Reply, error

LARGEST_BODY = 1 << 20
IDLE_SECONDS = 30
WAITING_CONNECTIONS = 1024
Route = Callable[[str, Any], Reply]  # what follows the address or its question, and the JSON body


class Desk:
    """What is served: routes by method and address, those that need no key, and the key."""

    def __init__(self, *, api_key: str) -> None:
        self.api_key = api_key
        self.closing = threading.Event()
        self.broken: list[str] = []
        self.count: Callable[[str], None] = lambda _word: None
        self._routes: dict[tuple[str, str], tuple[Route, bool]] = {}

    def serve(self, method: str, address: str, route: Route, *, open_to_all: bool = False) -> None:
        """Answer `address` by `route`; one that ends with a slash takes what follows."""
        self._routes[method, address] = (route, open_to_all)

    def answer(self, method: str, target: str, *, authorization: str, body: bytes) -> Reply:
        """Return the answer to one request, never an exception."""
        parts = urlsplit(target)
        address, slash, rest = parts.path.rpartition("/")
        found = self._routes.get((method, parts.path)) or self._routes.get((method, address + slash))
        if found is None:
            return error(404)
        route, open_to_all = found
        if not open_to_all and authorization != f"Bearer {self.api_key}":
            return error(401)
        try:
            value = json.loads(body) if body else None
        except (ValueError, RecursionError):
            return error(400)
        try:
            return route(rest if (method, parts.path) not in self._routes else parts.query, value)
        except Exception as problem:  # noqa: BLE001 - a judge that breaks must say so, in its report
            self.broken.append(f"{method} {address}: {type(problem).__name__}: {problem}")
            return error(500)


class Server(ThreadingHTTPServer):
    """Serves a desk, one thread per connection, and leaves neither thread nor socket behind."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = WAITING_CONNECTIONS

    def __init__(self, address: tuple[str, int], desk: Desk) -> None:
        self.desk = desk
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, Conversation)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller that hangs up is one of the things that happen here."""

    def hang_up(self) -> None:
        """Take no more connections and end those that are open; returns when every thread is through."""
        self.desk.closing.set()
        self.shutdown()
        with self._lock:
            for each in self._sockets:
                _shut(each)
        self.server_close()


class Conversation(BaseHTTPRequestHandler):
    """One connection: requests come in, replies go out."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    wbufsize = -1  # headers and body in one piece: two of them wait for each other's acknowledgement
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._converse()

    def do_POST(self) -> None:
        self._converse()

    def log_message(self, format: str, *args: object) -> None:
        """Write no log: numbers stand in addresses, and the report counts (S19)."""

    def _converse(self) -> None:
        desk = cast(Server, self.server).desk
        size = self.headers.get("content-length", "0")
        if not size.isascii() or not size.isdigit() or int(size) > LARGEST_BODY:
            self.close_connection = True
            self._write(error(400))
            return
        body = self.rfile.read(int(size))
        reply = desk.answer(
            self.command, self.path, authorization=self.headers.get("authorization", ""), body=body
        )
        if reply.wait:
            desk.closing.wait(reply.wait)
        if reply.drop:
            desk.count("dropped")
            self.close_connection = True
            _shut(self.connection)
            return
        desk.count(str(reply.status))
        self._write(reply)

    def _write(self, reply: Reply) -> None:
        raw = isinstance(reply.body, bytes)
        content = reply.body if raw else b"" if reply.body is None else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("content-type", "audio/wav" if raw else "application/json")
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster


def asked(question: str) -> dict[str, str]:
    """Return the last value of each parameter of an address."""
    return {name: values[-1] for name, values in parse_qs(question).items()}


def silence() -> bytes:
    """Return a second of recording in which nobody says anything."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000)
    return written.getvalue()
