"""A small MongoDB server: real sockets and the wire protocol in front, mongomock's answers behind (F9).

Speaks OP_MSG, and the OP_QUERY of a driver's first hello. Enough for what reading takes.
"""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import bson
import mongomock
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions

Document = dict[str, Any]
RAW: CodecOptions[Any] = CodecOptions(tz_aware=True)
WRITTEN: CodecOptions[Any] = CodecOptions(uuid_representation=UuidRepresentation.STANDARD)
HEADER = struct.Struct("<iiii")
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
HELLO: Document = {
    "ok": 1, "ismaster": True, "isWritablePrimary": True, "helloOk": True, "minWireVersion": 0,
    "maxWireVersion": 21, "maxBsonObjectSize": 16_777_216, "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "logicalSessionTimeoutMinutes": 30, "connectionId": 1, "readOnly": False,
}  # fmt: skip


class MongoServer:
    """One server with its collections; `seen` are the commands in the order they came."""

    def __init__(self) -> None:
        self._store: Any = mongomock.MongoClient(tz_aware=True)
        self._cursors: dict[int, tuple[str, list[Document]]] = {}
        self._numbers = count(1)
        self.seen: list[Document] = []
        # After so many batches the server goes away, as machines do.
        self.batches_until_gone: int | None = None
        self.uri = ""

    def fill(self, database: str, **collections: Sequence[Document]) -> None:
        """Put documents into collections."""
        for name, documents in collections.items():
            # As they are on the wire: a UUID is bytes there.
            raw = (bson.encode(document, codec_options=WRITTEN) for document in documents)
            self._store[database][name].insert_many([bson.decode(one, codec_options=RAW) for one in raw])

    def answer(self, command: Document) -> Document | None:
        """Return the answer to a command, None to hang up."""
        name = next(iter(command))
        self.seen.append(command)
        known: dict[str, Callable[[Document], Document | None]] = {
            "find": self._find,
            "getMore": self._get_more,
            "killCursors": lambda _command: {"cursorsKilled": [], "ok": 1},
            "listCollections": self._list_collections,
            "endSessions": lambda _command: {"ok": 1},
            "ping": lambda _command: {"ok": 1},
        }
        if name.lower() in ("hello", "ismaster"):
            return HELLO
        if name not in known:
            return {
                "ok": 0,
                "code": 59,
                "codeName": "CommandNotFound",
                "errmsg": f"no such command: '{name}'",
            }
        return known[name](command)

    def _find(self, command: Document) -> Document | None:
        collection = self._store[command["$db"]][command["find"]]
        found = collection.find(command.get("filter", {}))
        if command.get("sort"):
            found = found.sort(list(command["sort"].items()))
        number = next(self._numbers)
        space = f"{command['$db']}.{command['find']}"
        self._cursors[number] = (space, list(found))
        return self._batch(number, command.get("batchSize", 101), "firstBatch")

    def _get_more(self, command: Document) -> Document | None:
        return self._batch(command["getMore"], command.get("batchSize", 101), "nextBatch")

    def _batch(self, number: int, size: int, word: str) -> Document | None:
        if self.batches_until_gone is not None:
            self.batches_until_gone -= 1
            if self.batches_until_gone < 0:
                return None
        space, left = self._cursors.pop(number)
        batch, left = left[:size], left[size:]
        if left:
            self._cursors[number] = (space, left)
        return {"cursor": {"id": number if left else 0, "ns": space, word: batch}, "ok": 1}

    def _list_collections(self, command: Document) -> Document:
        names = self._store[command["$db"]].list_collection_names()
        listed = [{"name": name, "type": "collection", "options": {}} for name in names]
        space = f"{command['$db']}.$cmd.listCollections"
        return {"cursor": {"id": 0, "ns": space, "firstBatch": listed}, "ok": 1}


@contextmanager
def mongo_server() -> Iterator[MongoServer]:
    """Serve on a free port until the block ends."""
    server = MongoServer()

    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while (message := _received(self.rfile)) is not None:
                number, kind, command = message
                answer = server.answer(command)
                if answer is None:
                    return
                self.wfile.write(_reply(number, answer) if kind == OP_QUERY else _message(number, answer))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Connection) as listening:
        server.uri = f"mongodb://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def _received(stream: Any) -> tuple[int, int, Document] | None:
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    length, number, _to, kind = HEADER.unpack(head)
    body = stream.read(length - HEADER.size)
    if kind == OP_QUERY:
        # Flags, the collection's name, two numbers, then the command.
        start = 4 + body[4:].index(b"\0") + 1 + 8
        return number, kind, bson.decode(body[start:], codec_options=RAW)
    return number, kind, _sections(body)


def _sections(body: bytes) -> Document:
    """Return the command of an OP_MSG, its lists of documents put where they belong."""
    flags, at = struct.unpack_from("<I", body)[0], 4
    end = len(body) - (4 if flags & 1 else 0)
    command: Document = {}
    while at < end:
        kind, at = body[at], at + 1
        size = struct.unpack_from("<i", body, at)[0]
        if kind == 0:
            command |= bson.decode(body[at : at + size], codec_options=RAW)
        else:
            name_end = body.index(b"\0", at + 4)
            documents = bson.decode_all(body[name_end + 1 : at + size], codec_options=RAW)
            command[body[at + 4 : name_end].decode()] = documents
        at += size
    return command


def _message(to: int, answer: Document) -> bytes:
    body = b"\0\0\0\0\0" + bson.encode(answer, codec_options=RAW)
    return HEADER.pack(HEADER.size + len(body), 0, to, OP_MSG) + body


def _reply(to: int, answer: Document) -> bytes:
    body = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(answer, codec_options=RAW)
    return HEADER.pack(HEADER.size + len(body), 0, to, OP_REPLY) + body
