"""Delimited text into records, line by line, whatever the lines hold (S14).

The csv module reads what is quoted; where a record begins is decided here, so that one quotation
mark left open costs one row and not the rest of the file.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from tenants.intake.tables.faults import FileFault, RowFault, UnreadableFile
from tenants.intake.tables.records import MAX_COLUMNS, Record, faulty, make_record
from tenants.intake.tables.vocabulary import Vocabulary

DELIMITERS = (",", ";", "\t")
_HEADER_WITHIN = 60  # lines; an export's preamble has three
_LONGEST_RECORD = 20  # lines; bounds the price of a file of open quotes
_ABSURD_CELLS = 50 * MAX_COLUMNS  # not even cut into cells


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the headings stand in a text, and what parts its cells."""

    delimiter: str
    offset: int
    line: int


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and its encoding: by mark, UTF-8, CP1252, Latin-1; raises UnreadableFile."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _by_mark(content, mark, encoding)
    if content.count(b"\0") * 4 > len(content):
        raise UnreadableFile(FileFault.NOT_TEXT, "a quarter of the bytes is NUL")
    return _guess(content)


def _by_mark(content: bytes, mark: bytes, encoding: str) -> tuple[str, str]:
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as broken:
        if encoding == "utf-16":
            raise UnreadableFile(FileFault.NOT_TEXT, "broken UTF-16") from broken
        return _guess(content.removeprefix(mark))


def _guess(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"  # five bytes mean nothing in CP1252; Latin-1 takes all


def one_line_end(text: str) -> str:
    """Return the text with every line ended by a line feed, so that a line's number is a count of them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def find_layout(text: str, vocabulary: Vocabulary) -> Layout | None:
    """Return where the headings are: the first line naming two known columns, else any first line (L2)."""
    lines = list(_lines(text, _HEADER_WITHIN))
    for line, offset, raw in lines:
        known, delimiter = max((vocabulary.count_known(_cut(raw, mark)), mark) for mark in DELIMITERS)
        if known > 1:
            return Layout(delimiter, offset, line)
    return _first_line(lines, vocabulary.notes)


def _cut(raw: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"') for cell in raw.split(delimiter, MAX_COLUMNS)]


def _first_line(lines: list[tuple[int, int, str]], notes: tuple[str, ...]) -> Layout | None:
    """Return the first line with text below the notes that may stand above, which a blank line ends."""
    in_notes = False
    for line, offset, raw in lines:
        in_notes = bool(raw.strip()) if in_notes else raw.strip().lower().startswith(notes)
        if raw.strip() and not in_notes:
            return Layout(max(DELIMITERS, key=raw.count), offset, line)
    return None


def _lines(text: str, limit: int, offset: int = 0) -> Iterator[tuple[int, int, str]]:
    for line in range(1, limit + 1):
        if offset >= len(text):
            return
        end = _end(text, offset)
        yield line, offset, text[offset:end]
        offset = end + 1


def _end(text: str, offset: int) -> int:
    found = text.find("\n", offset)
    return len(text) if found < 0 else found


def read_records(text: str, layout: Layout) -> Iterator[Record]:
    """Yield the headings and then every record that is not a blank line, in order; never raises."""
    offset, line, width = layout.offset, layout.line, 0
    while offset < len(text):
        end = _end(text, offset)
        raw, taken = text[offset:end], 1
        if raw.strip(" \t"):
            record, taken = _read_one(text, offset, raw, line, layout.delimiter, width)
            width = width or len(record.cells)
            yield record
        for _ in range(taken - 1):
            end = _end(text, end + 1)
        offset, line = end + 1, line + taken


def _read_one(text: str, offset: int, raw: str, line: int, delimiter: str, width: int) -> tuple[Record, int]:
    """Return a record and how many lines it takes."""
    if '"' not in raw:
        return make_record(line, raw.split(delimiter, MAX_COLUMNS)), 1
    if raw.count(delimiter) > _ABSURD_CELLS:
        return faulty(line, (raw,), RowFault.TOO_MANY_COLUMNS), 1
    lines = [raw + "\n"]
    if raw.count('"') % 2:
        lines = [f"{ahead}\n" for _, _, ahead in _lines(text, _LONGEST_RECORD, offset)]
    cells, taken = _read_strictly(lines, delimiter)
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
