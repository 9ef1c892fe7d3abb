"""Delimited text into records, line by line, whatever the lines hold (S14).

The csv module reads what is quoted; where a record begins is decided here, so that one quotation
mark left open costs one row and not the rest of the file.
"""

import csv
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice

from tenants.intake.content import Content
from tenants.intake.tables.faults import FileFault, RowFault, UnreadableFile
from tenants.intake.tables.records import MAX_COLUMNS, Record, faulty, make_record
from tenants.intake.tables.vocabulary import Vocabulary

DELIMITERS = (",", ";", "\t")
_HEADER_WITHIN = 60  # lines; an export's preamble has three
_LONGEST_RECORD = 20  # lines; bounds the price of a file of open quotes
_ABSURD_CELLS = 50 * MAX_COLUMNS  # not even cut into cells


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes that are a text in some encoding; `start` passes by a mark that told another."""

    content: Content
    encoding: str
    start: int = 0

    def lines(self) -> Iterator[str]:
        """Yield every line without its end, whichever of the three ends it has."""
        reader = self.content.reader()
        reader.seek(self.start)
        with TextIOWrapper(reader, encoding=self.encoding, newline=None) as wrapped:
            for line in wrapped:
                yield line.removesuffix("\n")


@dataclass(frozen=True, slots=True)
class Layout:
    """In which line the headings stand, the first being 1, and what parts the cells."""

    delimiter: str
    line: int


def find_text(content: Content) -> Text:
    """Return what the bytes say: by mark, UTF-8, CP1252, Latin-1; raises UnreadableFile."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.read_at(0, len(mark)) == mark:
            return _by_mark(content, mark, encoding)
    if sum(piece.count(b"\0") for piece in content.pieces()) * 4 > content.size:
        raise UnreadableFile(FileFault.NOT_TEXT, "a quarter of the bytes is NUL")
    return _guess(content)


def _by_mark(content: Content, mark: bytes, encoding: str) -> Text:
    if _is_text(marked := Text(content, encoding)):
        return marked
    if encoding == "utf-16":
        raise UnreadableFile(FileFault.NOT_TEXT, "broken UTF-16")
    return _guess(content, start=len(mark))


def _guess(content: Content, *, start: int = 0) -> Text:
    # Five bytes mean nothing in CP1252; Latin-1 takes all.
    guesses = (Text(content, encoding, start) for encoding in ("utf-8", "cp1252"))
    return next(filter(_is_text, guesses), Text(content, "latin-1", start))


def _is_text(text: Text) -> bool:
    decoder = getincrementaldecoder(text.encoding)()
    try:
        for piece in text.content.pieces(text.start):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_layout(text: Text, vocabulary: Vocabulary) -> Layout | None:
    """Return where the headings are: the first line naming two known columns, else any first line (L2)."""
    lines = list(enumerate(islice(text.lines(), _HEADER_WITHIN), 1))
    for line, raw in lines:
        known, delimiter = max((vocabulary.count_known(_cut(raw, mark)), mark) for mark in DELIMITERS)
        if known > 1:
            return Layout(delimiter, line)
    return _first_line(lines, vocabulary.notes)


def _cut(raw: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"') for cell in raw.split(delimiter, MAX_COLUMNS)]


def _first_line(lines: list[tuple[int, str]], notes: tuple[str, ...]) -> Layout | None:
    """Return the first line with text below the notes that may stand above, which a blank line ends."""
    in_notes = False
    for line, raw in lines:
        in_notes = bool(raw.strip()) if in_notes else raw.strip().lower().startswith(notes)
        if raw.strip() and not in_notes:
            return Layout(max(DELIMITERS, key=raw.count), line)
    return None


class _Lines:
    """Lines in their order, of which some may be looked at before they are taken."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._seen: deque[str] = deque()

    def look(self, count: int) -> list[str]:
        """Return the next lines, fewer at the end."""
        self._seen.extend(islice(self._lines, max(0, count - len(self._seen))))
        return list(islice(self._seen, count))

    def take(self, count: int) -> None:
        """Go on behind lines that were looked at."""
        for _ in range(count):
            self._seen.popleft()


def read_records(text: Text, layout: Layout) -> Iterator[Record]:
    """Yield the headings and then every record that is not a blank line, in order; never raises."""
    lines, line, width = _Lines(islice(text.lines(), layout.line - 1, None)), layout.line, 0
    while found := lines.look(1):
        raw, taken = found[0], 1
        if raw.strip(" \t"):
            record, taken = _read_one(lines, raw, line, layout.delimiter, width)
            width = width or len(record.cells)
            yield record
        lines.take(taken)
        line += taken


def _read_one(lines: _Lines, raw: str, line: int, delimiter: str, width: int) -> tuple[Record, int]:
    """Return a record and how many lines it takes."""
    if '"' not in raw:
        return make_record(line, raw.split(delimiter, MAX_COLUMNS)), 1
    if raw.count(delimiter) > _ABSURD_CELLS:
        return faulty(line, (raw,), RowFault.TOO_MANY_COLUMNS), 1
    ahead = lines.look(_LONGEST_RECORD) if raw.count('"') % 2 else [raw]
    cells, taken = _read_strictly([f"{one}\n" for one in ahead], delimiter)
    # A quote left open may be closed by chance further down: only a whole row counts as such.
    if cells is None or (taken > 1 and len(cells) != width):
        return _read_alone(raw, line, delimiter), 1
    return make_record(line, cells), taken


def _read_strictly(lines: list[str], delimiter: str) -> tuple[list[str] | None, int]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        return next(reader), reader.line_num
    except csv.Error:
        return None, 1


def _read_alone(raw: str, line: int, delimiter: str) -> Record:
    """Return what one line holds when its quotes are wrong; a second line tells whether one stays open."""
    reader = csv.reader([raw + "\n", "\n"], delimiter=delimiter)
    try:
        cells = next(reader)
    except csv.Error:
        return faulty(line, (raw,), RowFault.CELL_TOO_LONG)
    if reader.line_num > 1:
        return faulty(line, (raw,), RowFault.UNCLOSED_QUOTE)
    return make_record(line, cells)
