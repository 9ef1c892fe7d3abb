"""An uploaded LinkedIn export, opened: its headings, how its columns may map, its rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from personas.imports.delimited import decode, find_layout, one_line_end, read_records
from personas.imports.faults import FileFault, UnreadableFile
from personas.imports.headings import count_known, positions, suggest_mapping
from personas.imports.records import MAX_COLUMNS, MAX_ROWS, Record
from personas.imports.rows import ImportRow, read_row
from personas.imports.workbook import read_workbook
from personas.imports.workbook_scan import MAX_FILE
from personas.rules import ImportRowReason, ImportSource

_HEADER_WITHIN = 60  # rows of a sheet


@dataclass(frozen=True, slots=True)
class LinkedInExport:
    """A file that can be read; each reading starts at its beginning, so a job can go on after any line."""

    source: ImportSource
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    header_line: int
    _read: Callable[[], Iterator[Record]]

    def suggest_mapping(self) -> dict[str, str]:
        """Return {column: heading} for the known headings (L2)."""
        return suggest_mapping(self.headings)

    def records(self, *, after_line: int = 0) -> Iterator[Record]:
        """Yield the records below the headings and `after_line`; raises UnreadableFile past 200,000."""
        first = max(after_line, self.header_line) + 1
        below = (record for record in self._read() if record.line > self.header_line)
        for count, record in enumerate(below, 1):
            if count > MAX_ROWS:
                raise UnreadableFile(FileFault.TOO_MANY_ROWS, f"more than {MAX_ROWS} rows")
            if record.line >= first:
                yield record

    def rows(self, mapping: Mapping[str, str], *, after_line: int = 0) -> Iterator[ImportRow]:
        """Yield every row below `after_line`, the bad ones too, in the order of the file (L3)."""
        columns = positions(mapping, self.headings)
        for record in self.records(after_line=after_line):
            yield read_row(record, columns, len(self.headings))

    def count_rows(self) -> int:
        """Return how many rows the file has; raises UnreadableFile when there are none, or too many."""
        total = sum(1 for _ in self.records())
        if not total:
            raise UnreadableFile(FileFault.NO_ROWS)
        return total


def open_export(content: bytes, *, filename: str) -> LinkedInExport:
    """Return an uploaded .csv or .xlsx ready to read; raises UnreadableFile (L2, S14)."""
    name = filename.lower()
    if not name.endswith((".csv", ".xlsx")):
        raise UnreadableFile(FileFault.WRONG_TYPE)
    if len(content) > MAX_FILE:
        raise UnreadableFile(FileFault.TOO_LARGE, f"{len(content)} bytes")
    return _open_text(content) if name.endswith(".csv") else _open_workbook(content)


def _open_text(content: bytes) -> LinkedInExport:
    decoded, encoding = decode(content)
    text = one_line_end(decoded)
    layout = find_layout(text)
    if layout is None:
        raise UnreadableFile(FileFault.NO_ROWS)
    header = next(read_records(text, layout))
    return LinkedInExport(
        source=ImportSource.CSV,
        encoding=encoding,
        delimiter=layout.delimiter,
        headings=_headings(header),
        header_line=header.line,
        _read=lambda: read_records(text, layout),
    )


def _open_workbook(content: bytes) -> LinkedInExport:
    beginning = list(islice(read_workbook(content), _HEADER_WITHIN))
    if not beginning:
        raise UnreadableFile(FileFault.NO_ROWS)
    header = next((record for record in beginning if count_known(record.cells) > 1), beginning[0])
    return LinkedInExport(
        source=ImportSource.XLSX,
        encoding="",
        delimiter="",
        headings=_headings(header),
        header_line=header.line,
        _read=lambda: read_workbook(content),
    )


def _headings(header: Record) -> tuple[str, ...]:
    if header.fault is not None:
        is_wide = header.fault is ImportRowReason.TOO_MANY_COLUMNS
        code = FileFault.TOO_MANY_COLUMNS if is_wide else FileFault.BAD_HEADINGS
        raise UnreadableFile(code, f"headings: {header.fault}")
    return tuple(cell.strip() for cell in header.cells[:MAX_COLUMNS])
