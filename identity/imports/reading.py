"""An uploaded file of the fleet, opened: a table whose rows are leads, drivers, trips, claims or scouts."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from identity.imports.columns import VOCABULARIES, missing_columns
from identity.imports.figures import read_claim, read_trips
from identity.imports.moments import parse_day
from identity.imports.reasons import ROW_FAULTS, RowReason, Unacceptable
from identity.imports.records import Record, Terms
from identity.imports.sightings import read_driver, read_lead, read_scout
from identity.rules import ImportKind
from tenants.intake.tables import Row, Table, open_table

# A file of 20 MB has fewer rows than this whatever its kind; a workbook keeps to the house's limit.
MAX_FLEET_ROWS = 2_000_000
Reader = Callable[[Mapping[str, str], Terms], Record]
READERS: Mapping[ImportKind, Reader] = {
    ImportKind.LEADS: read_lead,
    ImportKind.DRIVERS: read_driver,
    ImportKind.TRIPS: read_trips,
    ImportKind.CLAIMS: read_claim,
    ImportKind.SCOUTS: read_scout,
}


class FleetRow(NamedTuple):
    """A row of a file: what it says, or why nothing can be taken from it."""

    line: int
    cells: tuple[str, ...]
    record: Record | None
    reason: RowReason | None


@dataclass(frozen=True, slots=True)
class FleetFile:
    """A file that can be read again and again, from its beginning or after any line."""

    kind: ImportKind
    headings: tuple[str, ...]
    is_workbook: bool
    _table: Table

    def suggest_mapping(self) -> dict[str, str]:
        """Return {column: heading} for the known headings."""
        return self._table.suggest_mapping()

    def missing_columns(self, mapping: Mapping[str, str]) -> list[str]:
        """Return the columns without which nothing can be taken; none for a usable mapping."""
        return missing_columns(self.kind, mapping, self.headings)

    def count_rows(self) -> int:
        """Return how many rows there are; raises UnreadableFile when there are none, or too many."""
        return self._table.count_rows()

    def table_rows(self, mapping: Mapping[str, str], *, after_line: int = 0) -> Iterator[Row]:
        """Yield every row below `after_line` as it stands in the file; columns that it lacks are absent."""
        yield from self._table.rows(mapping, after_line=after_line)

    def rows(self, mapping: Mapping[str, str], terms: Terms) -> Iterator[FleetRow]:
        """Yield every row, the refused ones too, in the order of the file."""
        for row in self.table_rows(mapping):
            yield read_row(self.kind, row, terms)

    def superseded_lines(self, mapping: Mapping[str, str], terms: Terms) -> frozenset[int]:
        """Return the lines whose key a later row has, too, that can be taken: of those the last one counts.

        Keeps a number for each key of the file, and reads rows whole only where a key is repeated.
        """
        repeated = self._repeated_keys(mapping, terms)
        last: dict[Hashable, int] = {}
        lost = set()
        for row in self._table.rows(mapping) if repeated else ():
            key = key_of(self.kind, row.values, terms)
            if hash(key) in repeated and read_row(self.kind, row, terms).record is not None:
                lost.add(last.get(key, 0))
                last[key] = row.line
        return frozenset(lost - {0})

    def _repeated_keys(self, mapping: Mapping[str, str], terms: Terms) -> set[int]:
        # Hashes for memory's sake: what shares one is looked at again, key by key.
        seen: set[int] = set()
        repeated: set[int] = set()
        for row in self._table.rows(_key_mapping(self.kind, mapping)):
            key = key_of(self.kind, row.values, terms)
            if key is not None:
                number = hash(key)
                (repeated if number in seen else seen).add(number)
        return repeated


def open_fleet_file(content: bytes, *, filename: str, kind: ImportKind) -> FleetFile:
    """Return an uploaded .csv or .xlsx ready to read; raises UnreadableFile."""
    table = open_table(content, filename=filename, vocabulary=VOCABULARIES[kind], max_rows=MAX_FLEET_ROWS)
    return FleetFile(kind, table.headings, table.source == "xlsx", table)


def read_row(kind: ImportKind, row: Row, terms: Terms) -> FleetRow:
    """Return what a row of a table says."""
    if row.fault is not None:
        return FleetRow(row.line, row.cells, None, ROW_FAULTS[row.fault])
    try:
        return FleetRow(row.line, row.cells, READERS[kind](row.values, terms), None)
    except Unacceptable as error:
        return FleetRow(row.line, row.cells, None, error.reason)


def key_of(kind: ImportKind, values: Mapping[str, str], terms: Terms) -> Hashable | None:
    """Return what makes two rows of a kind the same row, however its cells are written; None for no key."""
    if kind is ImportKind.DRIVERS:
        return values.get("driver_id") or None
    if kind is ImportKind.TRIPS:
        day = parse_day(values.get("day", ""), zone=terms.zone)
        return (values.get("driver_id"), day) if day else None
    if kind is ImportKind.CLAIMS:
        return values.get("external_id"), terms.codes.get(values.get("milestone", "").upper())
    return values.get("external_id") or None


_KEY_COLUMNS: Mapping[ImportKind, frozenset[str]] = {
    ImportKind.LEADS: frozenset({"external_id"}),
    ImportKind.DRIVERS: frozenset({"driver_id"}),
    ImportKind.TRIPS: frozenset({"driver_id", "day"}),
    ImportKind.CLAIMS: frozenset({"external_id", "milestone"}),
    ImportKind.SCOUTS: frozenset({"external_id"}),
}


def _key_mapping(kind: ImportKind, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the part of a mapping that keys are read from: the rest of a row costs time."""
    return {column: heading for column, heading in mapping.items() if column in _KEY_COLUMNS[kind]}
