"""Keep embedded servers running for as long as a command needs them (F3, F4, F5): a killed one comes back.

with Upkeep(say) as upkeep:
    url = upkeep.start("PostgreSQL", partial(postgres.start, folder, durable=True))
"""

import threading
from collections.abc import Callable
from typing import Protocol

from config.bootstrap import _
from config.embedded import EmbeddedError

# Seconds between two looks: a look reads two small files.
PAUSE = 1.0


class Server(Protocol):
    """What PostgreSQL's and Valkey's launchers return."""

    url: str

    def is_running(self) -> bool: ...
    def stop(self) -> None: ...


class Upkeep:
    """Starts servers, starts again those that die, and stops all of them at the end of the block."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._starts: dict[str, Callable[[], Server]] = {}
        self._servers: dict[str, Server] = {}
        self._failures: dict[str, str] = {}
        self._ended = threading.Event()
        self._minder = threading.Thread(target=self._mind, name="upkeep", daemon=True)

    def __enter__(self) -> "Upkeep":
        self._minder.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        # A restart that has begun is waited for: it must not come up after the end.
        self._minder.join()
        for server in reversed(self._servers.values()):
            server.stop()

    def start(self, name: str, start: Callable[[], Server]) -> str:
        """Start a server and keep it running; returns its URL, raises EmbeddedError with the cure.

        `start` must be safe to repeat and lead to the same data and the same URL.
        """
        server = start()
        self._starts[name] = start
        self._servers[name] = server
        return server.url

    def _mind(self) -> None:
        while not self._ended.wait(PAUSE):
            for name, server in list(self._servers.items()):
                if not server.is_running() and not self._ended.is_set():
                    self._start_again(name, server)

    def _start_again(self, name: str, dead: Server) -> None:
        try:
            self._servers[name] = self._starts[name]()
        except EmbeddedError as error:
            # Tried again at the next look; the same words once are enough.
            if self._failures.get(name) != str(error):
                self._failures[name] = str(error)
                self._say(str(error))
            return
        self._failures.pop(name, None)
        # Our claim on the dead one is given up after the new one is made: its keeper goes on unawares.
        dead.stop()
        self._say(_("%(server)s had ended; it runs again with its data.") % {"server": name})
