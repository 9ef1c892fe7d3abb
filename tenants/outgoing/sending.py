"""One request to a guarded target: the name resolved once, checked, and that address connected to (S16).

Nothing is followed: a redirect is an answer like others. No proxy of the environment, no cookies, no second
try, no compressed bodies. Whatever the other side does, it ends after `seconds`.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any

import httpcore
from django.conf import settings

from tenants.outgoing.addresses import is_public
from tenants.outgoing.targets import Target, target_of

# A name may have many addresses; two dead ones say enough.
MOST_ADDRESSES = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `body` up to the limit, `is_whole` when there was no more."""

    status: int
    body: bytes
    is_whole: bool


class NotSent(Exception):
    """No answer came: `code` says why (address, dns, connect, tls, timeout, protocol), never the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def send(
    *, method: str, url: str, headers: Mapping[str, str], content: bytes, seconds: float, limit: int
) -> Answer:
    """Send one request and return its answer. Raises BadTarget, NotSent; may have arrived all the same."""
    target = target_of(url)
    backend = _Guarded(time.monotonic() + seconds)
    address = httpcore.URL(
        scheme=target.scheme, host=target.host, port=target.port, target=target.path.encode()
    )
    # Bounded by the stream as a whole; a bound on each wait alone would let a slow talker talk for ever.
    bounds = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)}
    with httpcore.ConnectionPool(ssl_context=_trusted(), network_backend=backend) as pool:
        try:
            with pool.stream(
                method, address, headers=_headers(target, headers), content=content, extensions=bounds
            ) as response:
                return _read(response, limit)
        except httpcore.TimeoutException as error:
            raise NotSent("timeout") from error
        except httpcore.ConnectError as error:
            raise NotSent("connect") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise NotSent("protocol") from error


def _headers(target: Target, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    fixed = {"Host": target.authority, "User-Agent": "Minga", "Connection": "close"}
    return [(name.encode(), value.encode()) for name, value in (fixed | dict(headers)).items()]


def _read(response: httpcore.Response, limit: int) -> Answer:
    body = b""
    for part in response.iter_stream():
        body += part
        if len(body) > limit:
            return Answer(response.status, body[:limit], is_whole=False)
    return Answer(response.status, body, is_whole=True)


@cache
def _trusted() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


def resolve(host: str, port: int, end: float) -> list[str]:
    """Return a name's addresses before the monotonic moment `end`. Raises NotSent."""
    answers = SimpleQueue[list[str]]()
    # The system's resolver takes what it takes and cannot be stopped: its thread is left behind.
    asking = threading.Thread(target=lambda: answers.put(_looked_up(host, port)), daemon=True)
    asking.start()
    try:
        found = answers.get(timeout=_left(end))
    except Empty as late:
        raise NotSent("timeout") from late
    if not found:
        raise NotSent("dns")
    return found


def _looked_up(host: str, port: int) -> list[str]:
    """Return the addresses, none for a name that leads nowhere."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_rest, address in found))


class _Guarded(httpcore.NetworkBackend):
    """Connects to the very addresses that were checked: a name that answers twice cannot answer otherwise."""

    def __init__(self, end: float) -> None:
        self.end = end

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        """Return a stream to the first address that takes it. Raises NotSent for a forbidden one."""
        addresses = resolve(host, port, self.end)
        # One private address among public ones is no accident.
        if not (settings.OUTGOING_PRIVATE or all(map(is_public, addresses))):
            raise NotSent("address")
        return _Bounded(_connected(addresses[:MOST_ADDRESSES], port, self.end), self.end)


def _connected(addresses: Iterable[str], port: int, end: float) -> httpcore.NetworkStream:
    error: Exception = NotSent("dns")
    for address in addresses:
        try:
            return httpcore.SyncBackend().connect_tcp(address, port, timeout=_left(end))
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
            error = refused
    raise error


class _Bounded(httpcore.NetworkStream):
    """A stream that ends at a moment, however lively it is."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self.stream, self.end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some; raises ReadTimeout at the end."""
        return self.stream.read(max_bytes, _left(self.end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all; raises WriteTimeout at the end."""
        self.stream.write(buffer, _left(self.end))

    def close(self) -> None:
        """Give the connection back."""
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the stream under TLS, the certificate proven for the name, not for the address."""
        try:
            secured = self.stream.start_tls(ssl_context, server_hostname, _left(self.end))
        except httpcore.ConnectError as error:
            raise NotSent("tls") from error
        return _Bounded(secured, self.end)

    def get_extra_info(self, info: str) -> Any:
        """Say what the stream knows."""
        return self.stream.get_extra_info(info)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
