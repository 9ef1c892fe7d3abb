"""Put a schema's rows back into its tables, and prove that they are the same (S18)."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from config.backup import manifest, parcels
from config.backup.manifest import Held, Schema
from config.backup.parcels import Tally
from config.backup.rules import LEFT_OUT, RESTORING, NotEqual, OtherVersion, Show
from tenants.provisioning import contents
from tenants.provisioning.contents import PLAIN, Db


@dataclass(slots=True)
class Source:
    """A backup that was checked, and how far its restoration is."""

    folder: Path
    key: str
    show: Show
    total: int = 0
    done: int = 0

    def lines(self, schema: str, held: Held) -> Iterable[bytes]:
        """Yield one table's lines."""
        if not held.parcel.rows:
            return ()
        sealed = manifest.is_sealed(self.folder)
        place = self.folder / manifest.place_of(schema, held.table.name, sealed=sealed)
        return parcels.read(place, key=self.key if sealed else "")

    def advance(self) -> None:
        """Show that one more table is back."""
        self.done += 1
        self.show(RESTORING, self.done, self.total)


def refill(db: Db, schema: Schema, source: Source) -> None:
    """Replace all rows of a schema that stands where the backup's stood, inside the caller's transaction.

    Raises OtherVersion when the tables are not those of the backup, NotEqual when the rows are not.
    """
    db.execute(PLAIN)
    _check_tables(db, schema)
    with contents.filling(db, schema.name):
        for held in schema.tables:
            lines = source.lines(schema.name, held)
            contents.write_rows(db, schema.name, held.table, parcels.blocks(lines))
            _check_equal(db, schema.name, held)
            source.advance()
    contents.set_sequences(db, schema.name, schema.sequences)


def _check_tables(db: Db, schema: Schema) -> None:
    here = [table for table in contents.tables_of(db, schema.name) if table.name not in LEFT_OUT]
    # Columns added since may stand in another order; the list's is the one in which rows are written.
    if _shape(here) != _shape([held.table for held in schema.tables]):
        raise OtherVersion


def is_equal(db: Db, schema: str, held: Held) -> bool:
    """Say whether a table's rows are those of the backup, inside a transaction that is `PLAIN`."""
    tally = Tally().count(contents.rows_of(db, schema, held.table))
    return (tally.rows, tally.checksum) == (held.parcel.rows, held.parcel.checksum)


def _check_equal(db: Db, schema: str, held: Held) -> None:
    if not is_equal(db, schema, held):
        raise NotEqual(place=f"{schema}.{held.table.name}")


def _shape(tables: list[contents.Table]) -> dict[str, set[str]]:
    return {table.name: set(table.columns) for table in tables}
