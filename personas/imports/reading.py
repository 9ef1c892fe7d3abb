"""An uploaded LinkedIn export, opened: a table whose rows are people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from personas.imports.headings import VOCABULARY
from personas.imports.rows import ImportRow, read_row
from personas.rules import ImportSource
from tenants.intake.tables import Table, open_table


@dataclass(frozen=True, slots=True)
class LinkedInExport:
    """A file that can be read; each reading starts at its beginning, so a job can go on after any line."""

    source: ImportSource
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    header_line: int
    _table: Table

    def suggest_mapping(self) -> dict[str, str]:
        """Return {column: heading} for the known headings (L2)."""
        return self._table.suggest_mapping()

    def rows(self, mapping: Mapping[str, str], *, after_line: int = 0) -> Iterator[ImportRow]:
        """Yield every row below `after_line`, the bad ones too, in the order of the file (L3)."""
        for row in self._table.rows(mapping, after_line=after_line):
            yield read_row(row, len(self.headings))

    def count_rows(self) -> int:
        """Return how many rows the file has; raises UnreadableFile when there are none, or too many."""
        return self._table.count_rows()


def open_export(content: bytes, *, filename: str) -> LinkedInExport:
    """Return an uploaded .csv or .xlsx ready to read; raises UnreadableFile (L2, S14)."""
    table = open_table(content, filename=filename, vocabulary=VOCABULARY)
    return LinkedInExport(
        source=ImportSource(table.source),
        encoding=table.encoding,
        delimiter=table.delimiter,
        headings=table.headings,
        header_line=table.header_line,
        _table=table,
    )
