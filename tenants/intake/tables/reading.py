"""An uploaded table, opened: its headings, how its columns may map, its rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from tenants.intake.content import Content, Given
from tenants.intake.tables.delimited import find_layout, find_text, read_records
from tenants.intake.tables.faults import FileFault, RowFault, UnreadableFile
from tenants.intake.tables.records import MAX_COLUMNS, MAX_ROWS, Record
from tenants.intake.tables.vocabulary import Vocabulary
from tenants.intake.tables.workbook import Workbook, open_workbook, parse_apart
from tenants.intake.tables.workbook_scan import MAX_FILE
from tenants.intake.text import one_line

_HEADER_WITHIN = 60  # rows of a sheet


class Row(NamedTuple):
    """One row: its line in the file (the first is 1), {column: one line of text}, its raw cells, its fault.

    A mapped column that the row is too short for is ""; a faulty row has no values.
    """

    line: int
    values: dict[str, str]
    cells: tuple[str, ...]
    fault: RowFault | None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read; each reading starts at its beginning, so a job can go on after any line.

    `encoding` and `delimiter` are "" for a workbook; only a reading in progress holds rows, one at a time.
    """

    vocabulary: Vocabulary
    source: Literal["csv", "xlsx"]
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    header_line: int
    max_rows: int
    _read: Callable[[], Iterator[Record]]

    def suggest_mapping(self) -> dict[str, str]:
        """Return {column: heading} for the known headings (L2)."""
        return self.vocabulary.suggest_mapping(self.headings)

    def records(self, *, after_line: int = 0) -> Iterator[Record]:
        """Yield the records below the headings and `after_line`; raises UnreadableFile past `max_rows`."""
        first = max(after_line, self.header_line) + 1
        below = (record for record in self._read() if record.line > self.header_line)
        for count, record in enumerate(below, 1):
            if count > self.max_rows:
                raise UnreadableFile(
                    FileFault.TOO_MANY_ROWS, f"more than {self.max_rows} rows", limit=self.max_rows
                )
            if record.line >= first:
                yield record

    def rows(self, mapping: Mapping[str, str], *, after_line: int = 0) -> Iterator[Row]:
        """Yield every row below `after_line`, the faulty ones too, in the order of the file (L3)."""
        places = tuple(self.vocabulary.positions(mapping, self.headings).items())
        for line, cells, fault in self.records(after_line=after_line):
            values = {}
            if fault is None:
                width = len(cells)
                values = {column: one_line(cells[place]) if place < width else "" for column, place in places}
            yield Row(line, values, cells, fault)

    def count_rows(self) -> int:
        """Return how many rows the file has; raises UnreadableFile when there are none, or too many."""
        total = sum(1 for _ in self.records())
        if not total:
            raise UnreadableFile(FileFault.NO_ROWS)
        return total


def open_table(
    given: Given,
    *,
    filename: str,
    vocabulary: Vocabulary,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_FILE,
    is_scanned: bool = False,
) -> Table:
    """Return an uploaded .csv or .xlsx ready to read; raises UnreadableFile (L2, S14).

    A workbook keeps to 200,000 rows and 20 MB whatever is allowed: it is unpacked whole. One that is stored
    was looked through on its way in (`is_scanned`): it is parsed within the child's limits as any.
    """
    name, content = filename.lower(), Content.of(given)
    if not name.endswith((".csv", ".xlsx")):
        raise UnreadableFile(FileFault.WRONG_TYPE)
    if content.size > max_bytes:
        raise UnreadableFile(FileFault.TOO_LARGE, f"{content.size} bytes", limit=max_bytes)
    if name.endswith(".csv"):
        return _open_text(content, vocabulary, max_rows)
    most = min(max_rows, MAX_ROWS)
    opened = parse_apart(content, max_rows=most) if is_scanned else open_workbook(content, max_rows=most)
    return _open_workbook(opened, vocabulary, most)


def _open_text(content: Content, vocabulary: Vocabulary, max_rows: int) -> Table:
    text = find_text(content)
    layout = find_layout(text, vocabulary)
    if layout is None:
        raise UnreadableFile(FileFault.NO_ROWS)
    header = next(read_records(text, layout))
    return Table(
        vocabulary=vocabulary,
        source="csv",
        encoding=text.encoding,
        delimiter=layout.delimiter,
        headings=_headings(header),
        header_line=header.line,
        max_rows=max_rows,
        _read=lambda: read_records(text, layout),
    )


def _open_workbook(workbook: Workbook, vocabulary: Vocabulary, max_rows: int) -> Table:
    beginning = list(islice(workbook.records(), _HEADER_WITHIN))
    if not beginning:
        raise UnreadableFile(FileFault.NO_ROWS)
    header = next((record for record in beginning if vocabulary.count_known(record.cells) > 1), beginning[0])
    return Table(
        vocabulary=vocabulary,
        source="xlsx",
        encoding="",
        delimiter="",
        headings=_headings(header),
        header_line=header.line,
        max_rows=max_rows,
        _read=workbook.records,
    )


def _headings(header: Record) -> tuple[str, ...]:
    if header.fault is not None:
        is_wide = header.fault is RowFault.TOO_MANY_COLUMNS
        code = FileFault.TOO_MANY_COLUMNS if is_wide else FileFault.BAD_HEADINGS
        raise UnreadableFile(code, f"headings: {header.fault}")
    return tuple(cell.strip() for cell in header.cells[:MAX_COLUMNS])
