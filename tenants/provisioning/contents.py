"""What does a schema hold, and how is it filled with rows from elsewhere? Owner's connections only (S18)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.db import connection
from psycopg import sql

Db = psycopg.Connection[Any]

# Ordinary tables that no extension owns; columns that the database reckons by itself are not rows' to bring.
# Migration history is left out: it is written by those who make the tables.
TABLES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a
        ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> 'django_migrations'
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     GROUP BY c.relname ORDER BY c.relname
"""
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s ORDER BY 1"
# Read as the snapshot sees the catalogue, but the two functions read it as it is now.
REPLACED = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = %s AND c.relname = ANY(%s)
       AND (to_regclass(format('%%I.%%I', n.nspname, c.relname))::oid IS DISTINCT FROM c.oid
            OR pg_relation_filenode(c.oid) IS DISTINCT FROM nullif(c.relfilenode, 0))
     ORDER BY c.relname
"""
KEYS = """
    SELECT k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid)
      FROM pg_constraint k WHERE k.connamespace = %s::regnamespace AND k.contype = 'f' ORDER BY 1, 2
"""
# One way to write every value, whatever server and session: as text, so that versions may differ.
PLAIN = """
    SET LOCAL client_encoding = 'UTF8'; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO';
    SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex';
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name and the columns that hold what somebody wrote."""

    name: str
    columns: tuple[str, ...]


def owner_connection() -> Db:
    """Return the driver's connection below Django's own, which has to be in a transaction of the owner."""
    connection.ensure_connection()
    return cast(Db, connection.connection)


def tables_of(db: Db, schema: str) -> list[Table]:
    """Return the schema's tables by name."""
    return [Table(name, tuple(columns)) for name, columns in db.execute(TABLES, [schema]).fetchall()]


def sequences_of(db: Db, schema: str) -> dict[str, int]:
    """Return where each sequence stands that has given out a number."""
    return {name: last for name, last in db.execute(SEQUENCES, [schema]).fetchall() if last is not None}


def migrations_of(db: Db, schema: str) -> list[tuple[str, str]]:
    """Return which migrations the schema has, none for one that was never migrated."""
    home = sql.Identifier(schema, "django_migrations")
    found = db.execute("SELECT to_regclass(%s)", [home.as_string(db)]).fetchone()
    if not found or found[0] is None:
        return []
    return sorted(db.execute(sql.SQL("SELECT app, name FROM {}").format(home)).fetchall())


def rows_of(db: Db, schema: str, table: Table, where: sql.Composable | None = None) -> Iterator[bytes]:
    """Yield the table's rows as COPY writes them, one line each; `where` picks some."""
    home, columns = sql.Identifier(schema, table.name), _listed(table.columns)
    what = sql.SQL("{} ({})").format(home, columns)
    if where is not None:
        what = sql.SQL("(SELECT {} FROM {} WHERE {})").format(columns, home, where)
    with db.cursor() as cursor, cursor.copy(sql.SQL("COPY {} TO STDOUT").format(what)) as copy:
        for line in copy:
            yield bytes(line)


def write_rows(db: Db, schema: str, table: Table, blocks: Iterator[bytes]) -> None:
    """Write lines of `rows_of` into the table."""
    home, columns = sql.Identifier(schema, table.name), _listed(table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(home, columns)
    with db.cursor() as cursor, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)


@contextmanager
def filling(db: Db, schema: str) -> Iterator[None]:
    """Empty the schema's tables and let rows come in any order; keys between tables are checked at the end.

    Made anew over whole tables, they are checked by one join each instead of row by row.
    """
    keys = db.execute(KEYS, [schema]).fetchall()
    for table, name, _definition in keys:
        db.execute(_sql("ALTER TABLE {table} DROP CONSTRAINT {name}", table=sql.SQL(table), name=name))
    homes = [sql.Identifier(schema, table.name) for table in tables_of(db, schema)]
    db.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(homes)))
    yield
    for table, name, definition in keys:
        whole = "ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
        db.execute(_sql(whole, table=sql.SQL(table), name=name, definition=sql.SQL(definition)))


def hold_tables(db: Db, schema: str, tables: list[Table]) -> list[str]:
    """Let nobody replace these tables until the transaction ends; return those replaced since its snapshot.

    Truncated, rewritten or made anew, a table is empty to a snapshot from before: COPY would find no rows and
    say nothing. Raises UndefinedTable, InvalidSchemaName for one that is gone.
    """
    if not tables:
        return []
    homes = sql.SQL(", ").join(sql.Identifier(schema, table.name) for table in tables)
    db.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(homes))
    return [name for (name,) in db.execute(REPLACED, [schema, [table.name for table in tables]]).fetchall()]


def lock_tables(db: Db, schema: str) -> None:
    """Let nobody read or write the schema's tables until the transaction ends."""
    homes = [sql.Identifier(schema, table.name) for table in tables_of(db, schema)]
    db.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(homes)))


def set_sequences(db: Db, schema: str, stands: dict[str, int]) -> None:
    """Let sequences go on where they stood."""
    for name, last in stands.items():
        db.execute("SELECT setval(%s::regclass, %s)", [sql.Identifier(schema, name).as_string(db), last])


def _listed(columns: tuple[str, ...]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _sql(statement: str, **parts: str | sql.Composable) -> sql.Composed:
    named = {name: sql.Identifier(part) if isinstance(part, str) else part for name, part in parts.items()}
    return sql.SQL(statement).format(**named)
