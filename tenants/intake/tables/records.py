"""A line of a table as it stands in the file, before anybody knows what it means."""

from collections.abc import Sequence
from typing import NamedTuple

from tenants.intake.tables.faults import RowFault

MAX_COLUMNS = 200
MAX_ROWS = 200_000
MAX_CELL = 32_767  # characters, what a spreadsheet can hold
_SHOWN_CELL = 500  # characters of a faulty cell that are kept for the download


class Record(NamedTuple):
    """Cells with the number of the line where they begin (the first is 1), and what is wrong with them."""

    line: int
    cells: tuple[str, ...]
    fault: RowFault | None = None


def make_record(line: int, cells: Sequence[str]) -> Record:
    """Return the record of some cells; too many, too long or with a NUL is its fault, no exception."""
    if len(cells) > MAX_COLUMNS:
        return faulty(line, cells, RowFault.TOO_MANY_COLUMNS)
    if max(map(len, cells), default=0) > MAX_CELL:
        return faulty(line, cells, RowFault.CELL_TOO_LONG)
    if "\0" in "".join(cells):
        return faulty(line, cells, RowFault.NUL_CHARACTER)
    return Record(line, tuple(cells))


def faulty(line: int, cells: Sequence[str], fault: RowFault) -> Record:
    """Return a record to be rejected, with as much of it as a person needs to recognise it."""
    shown = (cell[:_SHOWN_CELL].replace("\0", "\N{REPLACEMENT CHARACTER}") for cell in cells[:MAX_COLUMNS])
    return Record(line, tuple(shown), fault)
