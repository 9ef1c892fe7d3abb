"""The bytes of an upload, in memory or in a file on disk: read as often as needed, never copied whole."""

import io
import os
from collections.abc import Iterable, Iterator
from typing import IO, Any

PIECE = 1 << 20  # bytes


class Content:
    """Bytes that several readers read, each from its own place; a file stays open while this lives."""

    def __init__(self, held: bytes | IO[bytes]) -> None:
        """Take bytes, or a file of the disk that nobody writes to any more."""
        self._bytes = held if isinstance(held, bytes) else b""
        self._file = None if isinstance(held, bytes) else held
        self.size = len(self._bytes) if self._file is None else os.fstat(self._file.fileno()).st_size

    @classmethod
    def of(cls, given: "Given") -> "Content":
        """Return what was given, from its beginning; what has no file on the disk is read."""
        if isinstance(given, Content):
            return given
        if isinstance(given, bytes):
            return cls(given)
        try:
            given.flush()
            return cls(given)
        except io.UnsupportedOperation:
            given.seek(0)
            return cls(given.read())

    def read_at(self, place: int, size: int) -> bytes:
        """Return so many bytes from a place, fewer at the end."""
        if self._file is None:
            return self._bytes[place : place + size]
        return os.pread(self._file.fileno(), size, place)

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from one place to another, some at a time."""
        end = self.size if end is None else min(end, self.size)
        for place in range(start, end, PIECE):
            yield self.read_at(place, min(PIECE, end - place))

    def reader(self) -> io.BufferedReader:
        """Return a file of one's own."""
        return io.BufferedReader(_Reader(self))

    def as_input(self) -> dict[str, Any]:
        """Return the arguments that let a child read it as its standard input."""
        if self._file is None:
            return {"input": self._bytes}
        # Here places are told with each read, so the file's own is the child's.
        os.lseek(self._file.fileno(), 0, os.SEEK_SET)
        return {"stdin": self._file.fileno()}


Given = bytes | IO[bytes] | Content


def gathered(pieces: Iterable[bytes], *, least: int) -> Iterator[bytes]:
    """Put pieces together to larger ones of at least so many bytes; the last may have fewer."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= least:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)


class _Reader(io.RawIOBase):
    """A file's face of some content."""

    def __init__(self, content: Content) -> None:
        self._content, self._place = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._content.size}[whence]
        self._place = max(0, begin + offset)
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        found = self._content.read_at(self._place, len(buffer))
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)
