"""One table's rows in one file: packed, sealed if asked for, counted and summed (S18)."""

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from config.backup.rules import Damaged
from config.backup.sealing import Opening, Sealing, Unsealable
from tenants.intake.content import gathered

BLOCK = 256 * 1024
# The bulk is digits and short words: level 3 is near the best ratio at three times its speed.
LEVEL = 3
WHOLE_SUM = 1 << 256


@dataclass(slots=True)
class Tally:
    """How many lines, and a sum over them that knows no order: heaps give rows as they lie."""

    rows: int = 0
    total: int = 0

    def counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Pass lines on, counting and summing them."""
        for line in lines:
            self.rows += 1
            self.total += int.from_bytes(hashlib.sha256(line).digest(), "big")
            yield line

    def count(self, lines: Iterable[bytes]) -> "Tally":
        """Count and sum lines that nobody else wants."""
        for _line in self.counted(lines):
            pass
        return self

    @property
    def checksum(self) -> str:
        """The sum in 64 hexadecimal digits; two tables with the same rows have the same one."""
        return f"{self.total % WHOLE_SUM:064x}"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was written: rows and their checksum, and the file as it lies on the disk; no rows, no file."""

    rows: int
    checksum: str
    size: int = 0
    sha256: str = ""


def write(path: Path, lines: Iterable[bytes], *, key: str) -> Parcel:
    """Write lines into a new file that only we can read; returns once it is on the disk."""
    tally, waiting = Tally(), iter(lines)
    first = next(waiting, None)
    if first is None:
        return Parcel(0, tally.checksum)
    with _packing(path, key) as (packed, written):
        for block in blocks(tally.counted(_with(first, waiting))):
            packed.write(block)
    return Parcel(tally.rows, tally.checksum, written.size, written.sum.hexdigest())


def read(path: Path, *, key: str) -> Iterator[bytes]:
    """Yield the lines of a file. Raises Damaged."""
    try:
        with ExitStack() as stack:
            source: BinaryIO = stack.enter_context(path.open("rb"))
            if key:
                source = cast(BinaryIO, io.BufferedReader(Opening(source, key), BLOCK))
            yield from gzip.GzipFile(fileobj=source, mode="rb")
    except (OSError, EOFError, zlib.error, Unsealable) as error:
        raise Damaged(place=path.name) from error


def is_as_written(path: Path, parcel: Parcel) -> bool:
    """Say whether every byte of the file is the one that was written."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == parcel.sha256
    except OSError:
        return False


def blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines into larger pieces: a call for each line would cost more than its bytes."""
    return gathered(lines, least=BLOCK)


class Written(io.RawIOBase):
    """A new file of mode 600 that sums what it is given."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self.size, self.sum = 0, hashlib.sha256()

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, block: object) -> int:
        """Write and sum."""
        view = memoryview(block)  # type: ignore[arg-type]  # the stubs know no name for "bytes-like"
        self.size += view.nbytes
        self.sum.update(view)
        return self._file.write(view)

    def close(self) -> None:
        """Let the disk have it: a backup that a power cut takes back is none."""
        if not self.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        super().close()


@contextmanager
def _packing(path: Path, key: str) -> Iterator[tuple[gzip.GzipFile, Written]]:
    with ExitStack() as stack:
        written = stack.enter_context(Written(path))
        out = cast(BinaryIO, written)
        if key:
            out = cast(BinaryIO, stack.enter_context(Sealing(out, key)))
        yield stack.enter_context(gzip.GzipFile("", "wb", LEVEL, out, mtime=0)), written


def _with(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
