"""Extended JSON v2 as mongoexport writes it: a document a line, an array, pretty or not; streamed."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from bson import json_util
from bson.errors import BSONError

from config.bridges.sources import SourceBroken
from config.bridges.values import EXTENDED_JSON, document_of
from tenants.records.rules import SourceDocument

CHUNK = 1024 * 1024
# 16 MB of BSON, written out with every type named.
LONGEST = 128 * 1024 * 1024
HALF_WORD = 32
_BLANK = re.compile(r"[ \t\r\n\ufeff]*")
_BETWEEN = re.compile(r"[ \t\r\n,]*")


class Unfinished(Exception):
    """The text ends in the middle of a document."""


def read_extended_json(stream: IO[bytes], path: Path) -> Iterator[SourceDocument]:
    """Yield the documents of a file; raises SourceBroken where it is cut off or is no Extended JSON."""
    reader = _Reader(stream, path)
    while (raw := reader.next()) is not None:
        try:
            yield document_of(raw)
        except (ValueError, OverflowError, RecursionError) as error:
            raise reader.broken(str(error)) from error


class _Reader:
    """Takes documents out of a text of which only a part is in memory."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path = stream, path
        self._decode_bytes = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._decode = json.JSONDecoder(object_pairs_hook=_pairs).raw_decode
        self._text, self._at, self._line, self._ended = "", 0, 1, False
        self._in_array = self._opens_array()

    def next(self) -> dict[str, Any] | None:
        """Return the next document, None at the end."""
        while True:
            self._skip(_BETWEEN)
            if self._at == len(self._text):
                if self._read():
                    continue
                self._check_end()
                return None
            if self._in_array and self._text[self._at] == "]":
                return None
            try:
                return self._document()
            except Unfinished:
                self._read()

    def broken(self, reason: str) -> SourceBroken:
        """Return the refusal of the present place."""
        words = " ".join(reason.split())[:200]
        return SourceBroken(f"{self._path}: line {self._line} is no Extended JSON: {words}.")

    def _document(self) -> dict[str, Any]:
        if self._text[self._at] != "{":
            raise self.broken(f"a document begins with {{, not with {self._text[self._at]!r}")
        try:
            found, end = self._decode(self._text, self._at)
        except json.JSONDecodeError as error:
            raise self._unfinished_or_broken(error) from error
        except (ValueError, TypeError, OverflowError, RecursionError, BSONError) as error:
            raise self.broken(str(error)) from error
        if not isinstance(found, dict):
            raise self.broken("a value stands where a document should")
        self._line += self._text.count("\n", self._at, end)
        self._at = end
        return found

    def _unfinished_or_broken(self, error: json.JSONDecodeError) -> Exception:
        """Tell a document that goes on in the next chunk, or would have, from one that is wrong."""
        text = self._text.rstrip()
        left = len(text) - error.pos
        # A half word ("fals") is found at its beginning, a half string too, however long.
        is_cut = error.msg.startswith("Unterminated") or left <= 0 or (left < HALF_WORD and text[-1] != "}")
        if not is_cut and (self._ended or left > HALF_WORD):
            return self.broken(f"{error.msg} (column {error.colno})")
        if len(self._text) - self._at > LONGEST:
            return self.broken("a document of more than 128 MB")
        return self._cut_off() if self._ended else Unfinished()

    def _check_end(self) -> None:
        if self._in_array:
            raise self._cut_off()

    def _cut_off(self) -> SourceBroken:
        return SourceBroken(
            f"{self._path}: the file is cut off after line {self._line}. What came before it is imported; "
            f"run again with the whole file and it goes on."
        )

    def _opens_array(self) -> bool:
        while not self._text[self._at :] and self._read():
            self._skip(_BLANK)
        opens = self._text[self._at : self._at + 1] == "["
        self._at += opens
        return opens

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self._text, self._at)
        end = found.end() if found else self._at
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _read(self) -> bool:
        """Bring another part of the file in, at least as long as what waits; say whether there was one."""
        waiting = self._text[self._at :]
        more = self._stream.read(max(CHUNK, len(waiting)))
        self._ended = not more
        self._text, self._at = waiting + self._decode_bytes(more, self._ended), 0
        return bool(more)


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    return json_util.object_pairs_hook(pairs, EXTENDED_JSON)
