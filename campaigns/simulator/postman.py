"""Brings webhooks to those who listen: signed as the vendor signs, up to three times more when not taken."""

import http.client
import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from retell.lib.webhook_auth import symmetric

from campaigns.providers.webhooks import SIGNATURE_HEADER
from campaigns.simulator.timetable import Timetable

POSTMEN = 8
TIMEOUT = 10.0
RETRIES = 3
STALE_MS = 10 * 60 * 1000
CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


@dataclass(frozen=True, slots=True)
class Letter:
    """One webhook on its way; `lie` says how it is forged, empty for a true one."""

    url: str
    event: str
    body: bytes
    lie: str = ""
    tries: int = 0


def letter(url: str, event: str, call: Mapping[str, Any], *, lie: str = "") -> Letter:
    """Write a webhook."""
    body = json.dumps({"event": event, "call": call}, ensure_ascii=False, separators=(",", ":"))
    return Letter(url, event, body.encode(), lie)


class Postman:
    """A small pool of threads that posts letters; `key` signs them and may be changed any time."""

    def __init__(self, timetable: Timetable, *, key: str, retry_seconds: float) -> None:
        self.key = key
        self._retry_seconds = retry_seconds
        self._timetable = timetable
        self._letters: queue.SimpleQueue[Letter | None] = queue.SimpleQueue()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._under_way = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name="postman, of no tenant", daemon=True)
            for _number in range(POSTMEN)
        ]

    def start(self) -> None:
        """Begin to post."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Post nothing more than what is being posted."""
        self._closed = True
        for _thread in self._threads:
            self._letters.put(None)
        for thread in self._threads:
            thread.join()

    def post(self, sent: Letter) -> None:
        """Post a letter as soon as somebody is free."""
        with self._lock:
            self._under_way += 1
        self._letters.put(sent)

    def count(self, word: str) -> None:
        """Count something that happened to a webhook."""
        with self._lock:
            self._counts[word] += 1

    @property
    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    @property
    def busy(self) -> bool:
        """Say whether a letter is on its way."""
        with self._lock:
            return self._under_way > 0

    def _run(self) -> None:
        while (sent := self._letters.get()) is not None:
            try:
                if not self._closed:
                    self._deliver(sent)
            finally:
                with self._lock:
                    self._under_way -= 1

    def _deliver(self, sent: Letter) -> None:
        self.count("forged_sent" if sent.lie else "sent")
        status = self._status(sent)
        taken = 200 <= status < 300
        if sent.lie:
            self.count("forged_accepted" if taken else "forged_refused")
        elif taken:
            self.count("delivered")
        elif sent.tries < RETRIES:
            self.count("retried")
            again = Letter(sent.url, sent.event, sent.body, sent.lie, sent.tries + 1)
            self._timetable.after(self._retry_seconds * 2**sent.tries, lambda: self.post(again))
        else:
            self.count("given_up")

    def _status(self, sent: Letter) -> int:
        target = urlsplit(sent.url)
        connection = CONNECTIONS[target.scheme](target.netloc, timeout=TIMEOUT)
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        try:
            connection.request("POST", path, sent.body, self._headers(sent))
            answer = connection.getresponse()
            answer.read()
            status: int = answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        return status

    def _headers(self, sent: Letter) -> dict[str, str]:
        headers = {"content-type": "application/json"}
        if sent.lie == "unsigned":
            return headers
        key = self.key + "?" if sent.lie == "wrong_key" else self.key
        text = sent.body.decode() + (" " if sent.lie == "altered" else "")
        moment = int(time.time() * 1000) - (STALE_MS if sent.lie == "stale" else 0)
        return headers | {SIGNATURE_HEADER: str(symmetric["sign"](text, key, moment))}
