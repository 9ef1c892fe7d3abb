"""Files of mongodump and mongoexport: which file is which collection, opened, whatever packed it."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import unquote

from config.bridges.dump import check_metadata, collection_of, read_bson
from config.bridges.exports import read_extended_json
from config.bridges.sources import EVERYTHING, Place, Since, SourceBroken, SourceRefused
from config.bridges.values import wanted
from tenants.records.rules import SourceDocument

# The first bytes of `mongodump --archive`, a container of its own that the drivers cannot read.
ARCHIVE = b"\x6d\xe2\x99\x81"
GZIP = b"\x1f\x8b"
READERS: dict[str, Callable[[IO[bytes], Path], Iterator[SourceDocument]]] = {
    ".bson": read_bson,
    ".json": read_extended_json,
    ".jsonl": read_extended_json,
    ".ndjson": read_extended_json,
}
# A dump has its databases as folders.
DEEPEST = 2


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    collection: str
    suffix: str


class Files:
    """A folder of mongodump or mongoexport, or one file of either."""

    is_ordered = False

    def __init__(self, path: Path, *, database: str = "") -> None:
        """Take what is at `path`; `database` chooses among several in a dump. Raises SourceRefused."""
        if not path.exists():
            raise SourceRefused(f"{path}: there is no such file or folder.")
        self.name = str(path)
        self._passed = 0
        self._files = [found for file in _below(path) if (found := _recognised(file))]
        if database:
            self._files = [file for file in self._files if file.path.parent.name == database]
        if not self._files:
            raise SourceRefused(
                f"{path}: no .bson, .bson.gz, .json or .json.gz file{' of ' + database if database else ''} "
                f"is here."
            )

    def places(self, found_as: Sequence[str]) -> list[Place]:
        """Return the files of a collection. Raises SourceRefused when one is a view."""
        here = [file for file in self._files if file.collection in found_as]
        for file in here:
            check_metadata(file.path)
        return [Place(file.collection, str(file.path), file) for file in here]

    def documents(self, place: Place, since: Since = EVERYTHING) -> Iterator[SourceDocument]:
        """Yield the wanted documents of a file in its order."""
        file: _File = place.at
        self._passed, is_wanted = 0, wanted(since)
        try:
            with _opened(file.path) as stream:
                for document in READERS[file.suffix](stream, file.path):
                    if is_wanted(document.id):
                        yield document
                    else:
                        self._passed += 1
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceBroken(
                f"{file.path}: the compressed file is cut off or damaged ({error})."
            ) from error
        except OSError as error:
            raise SourceBroken(f"{file.path}: {error.strerror or error}.") from error

    def passed_over(self) -> int:
        """Return how many documents the last reading saw and did not yield."""
        return self._passed

    def close(self) -> None:
        """Nothing is open between two readings."""


def _below(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = [path.glob("/".join(["*"] * depth)) for depth in range(1, DEEPEST + 1)]
    return sorted(file for level in found for file in level if file.is_file())


def _recognised(path: Path) -> _File | None:
    """Return the file's collection, None for what is no collection. Raises SourceRefused for an archive."""
    name = path.name.removesuffix(".gz")
    suffix = Path(name).suffix
    if name.endswith(".metadata.json"):
        return None
    _refuse_archive(path)
    if suffix not in READERS:
        return None
    stem = unquote(name.removesuffix(suffix))
    return _File(path, collection_of(path, stem) if suffix == ".bson" else stem, suffix)


def _refuse_archive(path: Path) -> None:
    try:
        with _opened(path) as stream:
            start = stream.read(len(ARCHIVE))
    except (OSError, EOFError, zlib.error):
        return
    if start == ARCHIVE:
        raise SourceRefused(
            f"{path} is an archive of `mongodump --archive`, a format that only mongorestore reads. "
            f"Dump again with `mongodump --out FOLDER`, or restore it and name the server."
        )


def _opened(path: Path) -> IO[bytes]:
    """Open a file, unpacked by what its bytes say: a name may lie."""
    with path.open("rb") as stream:
        is_packed = stream.read(len(GZIP)) == GZIP
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_packed else path.open("rb")
