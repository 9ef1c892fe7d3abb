"""A server that speaks chat completions on this machine, with every failure of the error table (N12).

A test starts it, points an `openai` client at `url` and scripts what it answers. The rest is labelled by a
rule that a test may replace.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from insights.labelling.prompt import EMOTIONS, TRAITS

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer. Without a body: labelled, then changed by `change`. `cut`: bytes sent of it."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    change: Callable[[list[Row]], Any] | None = None
    finish: str = "stop"
    refusal: str | None = None
    content: str | None = None
    delay_s: float = 0.0
    cut: int | None = None
    usage: bool = True


def error(status: int, code: str, *, kind: str = "invalid_request_error", **headers: str) -> Reply:
    """Return an error as the API words it."""
    body = {"error": {"message": f"sk-secret {code}", "type": kind, "param": None, "code": code}}
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def row(number: int, **changed: Any) -> Row:
    """Return a label that makes sense, in the compact keys of the prompt."""
    plain = {
        "i": number,
        "e": dict.fromkeys(EMOTIONS, 0.0) | {"al": 0.5},
        "s": "U",
        "v": 0.0,
        "u": 0.5,
        "t": [],
        "f": "-",
        "b": dict.fromkeys(TRAITS, None),
        "n": None,
        "k": None,
    }
    return plain | changed


def by_words(number: int, text: str) -> Row:
    """Label as an attentive reader would: canaries are read right, everything else is neutral."""
    sung = "P" if "encantó" in text else "N" if "Pésimo" in text else "U"
    return row(number, s=sung, v={"P": 0.9, "N": -0.9, "U": 0.0}[sung])


class ChatServer:
    """What was asked, in order, and what will be answered."""

    def __init__(self) -> None:
        self.script: deque[Reply] = deque()
        self.always: Reply | None = None
        self.read: Callable[[int, str], Row] = by_words
        # What it recommends when it is shown tables instead of comments (Q9).
        self.advice: list[Row] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.at_once = self.most_at_once = 0
        self.url = ""
        self._lock = threading.Lock()

    def comments(self, place: int) -> list[Row]:
        """Return the comments of one request."""
        document = json.loads(self.asked[place]["messages"][-1]["content"])
        return list(document["comments"])

    @property
    def labellings(self) -> list[dict[str, Any]]:
        """The requests that had comments in them."""
        return [one for one in self.asked if "comments" in json.loads(one["messages"][-1]["content"])]

    def answer(self, asked: dict[str, Any]) -> Reply:
        """Count a request and return what is to be said."""
        with self._lock:
            self.asked.append(asked)
            return self.script.popleft() if self.script else (self.always or Reply())

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count requests that are open at once."""
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield
        finally:
            with self._lock:
                self.at_once -= 1

    def document(self, asked: dict[str, Any], reply: Reply) -> dict[str, Any]:
        """Return the completion of a request."""
        shown = json.loads(asked["messages"][-1]["content"])
        comments = shown.get("comments", [])
        rows: Any = [self.read(comment["i"], comment["c"]) for comment in comments]
        rows = reply.change(rows) if reply.change else rows
        usual = {"r": rows} if "comments" in shown else {"recomendaciones": self.advice}
        content = reply.content if reply.content is not None else json.dumps(usual, allow_nan=True)
        message = {"role": "assistant", "content": content, "refusal": reply.refusal}
        usage = {
            "prompt_tokens": 1_200 + 20 * len(comments),
            "completion_tokens": 55 * len(comments),
            "prompt_tokens_details": {"cached_tokens": 1_024 if len(self.asked) > 1 else 0},
        }
        whole = {
            "id": f"chatcmpl-{len(self.asked)}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": f"{asked['model']}-2026-03-17",
            "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        }
        return whole | ({"usage": usage} if reply.usage else {})


def _door(server: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.keys.append(self.headers.get("authorization", ""))
            with server.counted():
                reply = server.answer(asked)
                time.sleep(reply.delay_s)
                self._send(reply, asked)

        def _send(self, reply: Reply, asked: dict[str, Any]) -> None:
            body = server.document(asked, reply) if reply.body is None else reply.body
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(reply.status)
            kind = "text/html" if isinstance(body, str) else "application/json"
            for name, value in {
                "content-type": kind,
                "content-length": str(len(raw)),
                **reply.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw[: reply.cut])
            self.close_connection = reply.cut is not None

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Door


@contextmanager
def serving() -> Iterator[ChatServer]:
    """Serve on a free port of this machine until the end of the block."""
    server = ChatServer()
    with ThreadingHTTPServer(("127.0.0.1", 0), _door(server)) as door:
        door.daemon_threads = True
        server.url = f"http://127.0.0.1:{door.server_port}/v1"
        thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            door.shutdown()
            thread.join()
