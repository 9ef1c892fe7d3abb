"""Tables of a PostgreSQL database, streamed out of one reading transaction: all of them at one moment."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

from config.bridges.sources import EVERYTHING, Place, Since, SourceBroken, SourceRefused
from tenants.records.rules import SourceDocument

SCHEMES = ("postgres://", "postgresql://")
BATCH = 5_000
_PLAIN = (str, bool, int, float, Decimal, UUID)
# Seconds: a server that does not answer is said so while the operator still looks.
PATIENCE = 10
# As PostgreSQL writes them: it knows moments that Python does not, and whoever reads says what is a moment.
AS_TEXT = ("date", "time", "timetz", "timestamp", "timestamptz", "interval", "json", "jsonb")
PLACES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = ANY(%(names)s)
       AND n.nspname NOT IN ('pg_catalog', 'information_schema')
     ORDER BY array_position(%(names)s, c.relname::text), n.nspname <> 'canon', n.nspname
"""


class Database:
    """The tables and views of a database; nothing there is changed."""

    is_ordered = False

    def __init__(self, address: str) -> None:
        """Connect. Raises SourceRefused."""
        self.name = _without_secrets(address)
        try:
            self._connection = psycopg.connect(
                address,
                connect_timeout=PATIENCE,
                application_name="minga import_cabinet",
                options="-c default_transaction_read_only=on -c timezone=UTC -c datestyle=ISO",
                row_factory=dict_row,
            )
        except (psycopg.Error, ValueError, UnicodeError) as error:
            # The driver repeats the part of an address that it cannot read, and that may be a password.
            said = _line(error) if isinstance(error, psycopg.OperationalError) else "this is no address"
            raise SourceRefused(f"{self.name}: {said}") from None
        # Looking and taking see the same rows.
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for kind in AS_TEXT:
            self._connection.adapters.register_loader(kind, TextLoader)

    def places(self, found_as: Sequence[str]) -> list[Place]:
        """Return the tables and views of these names; one with a schema is that one. Raises SourceRefused."""
        names = [name.rpartition(".")[2] for name in found_as]
        schemas = {name.rpartition(".")[2]: name.rpartition(".")[0] for name in found_as}
        try:
            found = self._connection.execute(PLACES, {"names": names}).fetchall()
        except psycopg.Error as error:
            raise SourceRefused(f"{self.name}: {_line(error)}") from error
        here: list[Any] = [tuple(row.values()) for row in found]
        return [
            Place(table, f"{self.name}.{schema}.{table}", (schema, table))
            for schema, table in here
            if schemas[table] in ("", schema)
        ]

    def documents(self, place: Place, since: Since = EVERYTHING) -> Iterator[SourceDocument]:
        """Yield the rows of a table as {column: value}. Raises SourceBroken."""
        query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(*place.at))
        try:
            with self._connection.cursor(name="minga") as cursor:
                cursor.itersize = BATCH
                cursor.execute(query)
                for number, row in enumerate(cursor, 1):
                    yield SourceDocument(f"row {number}", {name: _plain(row[name]) for name in row})
        except psycopg.Error as error:
            self._connection.rollback()
            raise SourceBroken(f"{place.name}: {_line(error)}") from error

    def passed_over(self) -> int:
        """Return 0: every row is read."""
        return 0

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def _plain(value: Any) -> Any:
    """Return numbers, truth values, UUIDs and nothing as they are, everything else as text."""
    if value is None or isinstance(value, _PLAIN):
        return value
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else str(value)


def _without_secrets(address: str) -> str:
    """Return where a database is, without user and password."""
    try:
        url = urlsplit(address)
        return f"postgresql://{url.hostname or ''}{url.path}"
    except ValueError:
        return "postgresql://"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
