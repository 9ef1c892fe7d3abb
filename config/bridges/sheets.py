"""A folder of CSV files, one a table: streamed, whatever their encoding and delimiter."""

import codecs
import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from config.bridges.sources import EVERYTHING, Place, Since, SourceBroken, SourceRefused
from tenants.records.rules import SourceDocument

GZIP = b"\x1f\x8b"
BLOCK = 1 << 20
DELIMITERS = ",;\t|"
SUFFIXES = (".csv", ".csv.gz")


class Sheets:
    """A folder of CSV files, or one of them; `canon.links.csv` and `links.csv` are both `links`."""

    is_ordered = False

    def __init__(self, path: Path) -> None:
        """Take what is at `path`. Raises SourceRefused."""
        if not path.exists():
            raise SourceRefused(f"{path}: there is no such file or folder.")
        self.name = str(path)
        found = sorted(path.iterdir()) if path.is_dir() else [path]
        self._files = [file for file in found if file.name.lower().endswith(SUFFIXES)]
        if not self._files:
            raise SourceRefused(f"{path}: no .csv or .csv.gz file is here.")

    def places(self, found_as: Sequence[str]) -> list[Place]:
        """Return the files of a table, called so with or without its schema."""
        wanted = {_bare(name) for name in found_as}
        return [Place(_table(file), str(file), file) for file in self._files if _table(file) in wanted]

    def documents(self, place: Place, since: Since = EVERYTHING) -> Iterator[SourceDocument]:
        """Yield the rows of a file as {heading: text}. Raises SourceBroken where it cannot be read on."""
        path: Path = place.at
        number = 1
        try:
            with _text(path) as stream:
                for number, fields in _rows(stream):
                    yield SourceDocument(f"line {number}", fields)
        except csv.Error as error:
            raise SourceBroken(f"{path}: behind line {number}: {error}. What came before is good.") from error
        except (OSError, EOFError) as error:
            raise SourceBroken(f"{path}: behind line {number}: {error}.") from error

    def passed_over(self) -> int:
        """Return 0: every row is read."""
        return 0

    def close(self) -> None:
        """Nothing is open between two readings."""


def _table(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz").removesuffix(".csv")
    return _bare(name)


def _bare(name: str) -> str:
    return name.lower().rpartition(".")[2]


def _rows(stream: IO[str]) -> Iterator[tuple[int, dict[str, str]]]:
    head = stream.readline()
    stream.seek(0)
    # Strict, so that a quotation mark left open is said and does not eat the rest of the file.
    reader = csv.reader(stream, delimiter=max(DELIMITERS, key=head.count), strict=True)
    headings = [heading.strip() for heading in next(reader, [])]
    for cells in reader:
        if cells:
            yield reader.line_num, dict(zip(headings, cells, strict=False))


def _text(path: Path) -> IO[str]:
    """Open a file as text: UTF-8 when it is, else CP1252, which takes nearly all that is not."""
    encoding = "utf-8-sig" if _is_utf8(path) else "cp1252"
    return io.TextIOWrapper(_opened(path), encoding=encoding, errors="replace", newline="")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _opened(path) as stream:
            while block := stream.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except (OSError, EOFError):
        # Cut off: the reading says where.
        return True
    return True


def _opened(path: Path) -> IO[bytes]:
    """Open a file, unpacked by what its bytes say: a name may lie."""
    with path.open("rb") as stream:
        is_packed = stream.read(len(GZIP)) == GZIP
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_packed else path.open("rb")
