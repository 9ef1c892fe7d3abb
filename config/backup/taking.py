"""Take a backup: every schema as it was at one moment, one schema's locks at a time (S18)."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.errors import InvalidSchemaName, UndefinedTable

from config.backup import checking, manifest, parcels
from config.backup.manifest import Held, Manifest, Schema
from config.backup.rules import LEFT_OUT, WRITING, Overtaken, Show, name_of, partial_name, silent
from tenants.models import Tenant
from tenants.provisioning import contents
from tenants.provisioning.contents import PLAIN, Db, Table
from tenants.scope import owner_scope
from tenants.scope.logins import PUBLIC_SCHEMA
from tenants.scope.reach import wrapper

SCHEMAS = """
    SELECT t.schema_name, t.slug FROM public.tenants_tenant t
      JOIN pg_namespace n ON n.nspname = t.schema_name
     WHERE NOT t.is_template ORDER BY t.schema_name
"""
# What of the shared tables belongs to one tenant. Who works there is known by e-mail; passwords stay behind,
# since the same person may work elsewhere too.
OF_TENANT = {
    "tenants_tenant": "id = {tenant}",
    "tenants_domain": "tenant_id = {tenant}",
    "tenants_membership": "tenant_id = {tenant}",
    "tenants_user": "id IN (SELECT user_id FROM public.tenants_membership WHERE tenant_id = {tenant})",
}
SECRET = {"tenants_user": {"password", "last_login"}}


@dataclass(slots=True)
class Taking:
    """One backup while it is written."""

    folder: Path
    key: str
    tenant: Tenant | None
    show: Show
    total: int = 0
    done: int = 0

    def schema(self, db: Db, name: str, slug: str) -> Schema:
        """Write one schema's tables. Raises Overtaken."""
        (self.folder / name).mkdir(mode=0o700)
        found = self.tables(db, name)
        _hold(db, name, found)
        tables = [self.table(db, name, table) for table in found]
        return Schema(name, slug, contents.migrations_of(db, name), tables, contents.sequences_of(db, name))

    def tables(self, db: Db, schema: str) -> list[Table]:
        """Return what is written of a schema."""
        found = contents.tables_of(db, schema)
        if schema != PUBLIC_SCHEMA:
            return found
        if self.tenant is None:
            return [table for table in found if table.name not in LEFT_OUT]
        return [_without_secrets(table) for table in found if table.name in OF_TENANT]

    def table(self, db: Db, schema: str, table: Table) -> Held:
        """Write one table."""
        place = manifest.place_of(schema, table.name, sealed=bool(self.key))
        rows = contents.rows_of(db, schema, table, self.where(schema, table))
        held = Held(table, parcels.write(self.folder / place, rows, key=self.key))
        self.done += 1
        self.show(WRITING, self.done, self.total)
        return held

    def where(self, schema: str, table: Table) -> sql.Composable | None:
        """Return which rows of a shared table are the tenant's."""
        if self.tenant is None or schema != PUBLIC_SCHEMA:
            return None
        return sql.SQL(OF_TENANT[table.name]).format(tenant=sql.Literal(str(self.tenant.pk)))


def take(
    into: Path, *, made_at: datetime, key: str = "", tenant: Tenant | None = None, show: Show = silent
) -> tuple[Path, Manifest]:
    """Write a backup below `into`, read it again whole, and return its folder and list.

    What is interrupted leaves a hidden folder that no one takes for a backup. Raises Overtaken, Damaged,
    OSError.
    """
    slug = tenant.slug if tenant else ""
    name = name_of(made_at, slug)
    hidden = into / partial_name(name)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    hidden.mkdir(mode=0o700)
    try:
        with _one_moment() as moment:
            found = Manifest(made_at.isoformat(), moment.server, slug)
            _write(Taking(hidden, key, tenant, show), moment, found)
        manifest.write(hidden, found, key=key)
        checking.check(hidden, key=key, thoroughly=True, show=show)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    hidden.rename(into / name)
    _sync(into)
    return into / name, found


@dataclass(frozen=True, slots=True)
class Moment:
    """A snapshot that stays open, and a connection that sees it once for each schema."""

    holder: Db
    reader: Db
    name: str

    @property
    def server(self) -> str:
        """The server's version, for who reads the list."""
        return str(self.holder.info.server_version)

    @contextmanager
    def seen(self) -> Iterator[Db]:
        """Read as of the snapshot; locks go with the block: those of all schemas at once are too many."""
        with self.reader.transaction():
            self.reader.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(self.name))
            self.reader.execute(PLAIN)
            yield self.reader


def _write(taking: Taking, moment: Moment, found: Manifest) -> None:
    schemas = [(PUBLIC_SCHEMA, ""), *moment.holder.execute(SCHEMAS).fetchall()]
    if taking.tenant:
        schemas = [(name, slug) for name, slug in schemas if slug in {"", taking.tenant.slug}]
    taking.total = sum(len(taking.tables(moment.holder, name)) for name, _slug in schemas)
    for name, slug in schemas:
        with moment.seen() as db:
            found.schemas.append(taking.schema(db, name, slug))


@contextmanager
def _one_moment() -> Iterator[Moment]:
    with owner_scope():
        params: dict[str, Any] = wrapper().get_connection_params()
    with psycopg.connect(**params) as holder, psycopg.connect(**params) as reader:
        for db in (holder, reader):
            db.isolation_level, db.read_only = IsolationLevel.REPEATABLE_READ, True
        holder.execute(PLAIN)
        (name,) = holder.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        yield Moment(holder, reader, name)


def _hold(db: Db, schema: str, tables: list[Table]) -> None:
    """Keep the tables as the snapshot sees them; refuse those that are not any more."""
    try:
        replaced = contents.hold_tables(db, schema, tables)
    except (UndefinedTable, InvalidSchemaName) as error:
        raise Overtaken(place=schema) from error
    if replaced:
        raise Overtaken(place=f"{schema}.{replaced[0]}")


def _without_secrets(table: Table) -> Table:
    return Table(table.name, tuple(name for name in table.columns if name not in SECRET.get(table.name, ())))


def _sync(folder: Path) -> None:
    """Let the disk have the folder's new name as well."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
