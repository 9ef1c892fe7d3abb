"""gunicorn's threads with an end to their patience: a client that falls silent does not keep one (S12)."""

import errno
import socket
import struct
import time
from contextlib import suppress
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

# Seconds without a single byte while a request is being read; an answer may take its time.
SILENCE = 20
# Seconds that a client gets to read its answer before the connection closes under what it still sends.
LINGER = 2.0


class HouseLogger(Logger):
    """gunicorn's own lines in our form: scrubbed, and without a log of requests (S19)."""

    def setup(self, cfg: Any) -> None:
        """Give each handler our formatter."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            # Imported late: the log's form asks for libraries that a starting master need not load first.
            from config.logged import line

            handler.setFormatter(line())


class PatientSocket(socket.socket):
    """A connection that the kernel lets wait for SILENCE seconds; after that it counts as broken off."""

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return what came; raises ConnectionResetError when nothing comes any more."""
        try:
            return super().recv(size, flags)
        except BlockingIOError:
            if not self.getblocking():
                raise
            # Shut down at once: gunicorn would wait for the rest again, in the thread that accepts everybody.
            self.shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError(errno.ECONNRESET, "the client fell silent") from None


class PatientWorker(ThreadWorker):
    """Serves as `gthread` does, but gives up a request whose rest does not come."""

    def enqueue_req(self, conn: TConn) -> None:
        """Hand a connection to a thread; from now on a read that waits too long ends."""
        if type(conn.sock) is socket.socket:
            conn.sock = patient(conn.sock)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """Serve one request; a connection that ends is waited for here, not where everybody is accepted."""
        stays_open = super().handle(conn)
        if not stays_open:
            linger(conn.sock)
        return stays_open


def patient(sock: socket.socket) -> PatientSocket:
    """Return the same connection with an end to its waiting."""
    # Not settimeout(): gunicorn undoes that with setblocking(), and it would cut long answers off, too.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", SILENCE, 0))
    blocking = sock.getblocking()
    new = PatientSocket(sock.family, sock.type, sock.proto, fileno=sock.detach())
    new.setblocking(blocking)
    return new


def linger(sock: socket.socket) -> None:
    """Wait until the client ends, LINGER seconds at most; gunicorn's own wait then finds nothing to do."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + LINGER
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            if not sock.recv(65536):
                break
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RD)
