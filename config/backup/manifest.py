"""What is in a backup: the list that names each table, its rows and their checksum."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from config.backup import parcels
from config.backup.parcels import Parcel
from config.backup.rules import FORMAT, Damaged, NoBackup, NoKey, OneTenantOnly, OtherFormat, TenantNotInside
from tenants.provisioning.contents import Table
from tenants.scope.logins import PUBLIC_SCHEMA

PLAIN, SEALED, SUM = "manifest.json.gz", "manifest.json.gz.sealed", "manifest.sha256"


@dataclass(frozen=True, slots=True)
class Held:
    """One table of a schema."""

    table: Table
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema: which migrations it had, its tables, where its sequences stood."""

    name: str
    slug: str
    migrations: list[tuple[str, str]]
    tables: list[Held] = field(default_factory=list)
    sequences: dict[str, int] = field(default_factory=dict)

    def held(self, name: str) -> Held | None:
        """Return one table, None when it is not there."""
        return next((held for held in self.tables if held.table.name == name), None)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole of it; `tenant` is the short name where it is one tenant's only."""

    made_at: str
    server: str
    tenant: str = ""
    schemas: list[Schema] = field(default_factory=list)

    @property
    def public(self) -> Schema:
        """The shared tables."""
        return next(schema for schema in self.schemas if schema.name == PUBLIC_SCHEMA)

    @property
    def tenants(self) -> list[Schema]:
        """The tenants' schemas."""
        return [schema for schema in self.schemas if schema.name != PUBLIC_SCHEMA]

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(held.parcel.rows for _schema, held in self.all())

    def all(self) -> Iterator[tuple[Schema, Held]]:
        """Yield every table with its schema."""
        return ((schema, held) for schema in self.schemas for held in schema.tables)

    def of(self, slug: str) -> Schema:
        """Return one tenant's schema. Raises TenantNotInside."""
        for schema in self.tenants:
            if schema.slug == slug:
                return schema
        held = ", ".join(sorted(schema.slug for schema in self.tenants)) or "–"
        raise TenantNotInside(slug=slug, held=held)

    def check_whole(self) -> None:
        """Raise OneTenantOnly unless it holds an installation."""
        if self.tenant:
            raise OneTenantOnly(slug=self.tenant)


def write(folder: Path, manifest: Manifest, *, key: str) -> None:
    """Write the list, and its checksum beside it in the form that `sha256sum --check` reads."""
    name = SEALED if key else PLAIN
    text = json.dumps({"format": FORMAT} | asdict(manifest), ensure_ascii=False).encode() + b"\n"
    parcels.write(folder / name, [text], key=key)
    line = f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
    with parcels.Written(folder / SUM) as out:
        out.write(line.encode())


def read(folder: Path, *, key: str) -> Manifest:
    """Return the list of a backup. Raises NoBackup, NoKey, Damaged, OtherFormat."""
    try:
        told, _space, name = (folder / SUM).read_text().strip().partition("  ")
    except (OSError, UnicodeDecodeError) as error:
        raise NoBackup(place=folder) from error
    if name not in {PLAIN, SEALED} or not parcels.is_as_written(folder / name, Parcel(1, "", sha256=told)):
        raise Damaged(place=name if name in {PLAIN, SEALED} else SUM)
    if name == SEALED and not key:
        raise NoKey
    try:
        text = b"".join(parcels.read(folder / name, key=key if name == SEALED else ""))
    except Damaged as error:
        # Its checksum is right, so it is the key that is not.
        raise NoKey from error
    return _read(json.loads(text))


def place_of(schema: str, table: str, *, sealed: bool) -> Path:
    """Return where a table's rows lie inside a backup."""
    return Path(schema) / f"{table}.copy.gz{'.sealed' if sealed else ''}"


def is_sealed(folder: Path) -> bool:
    """Say whether the backup is encrypted."""
    return (folder / SEALED).exists()


def _read(found: dict[str, Any]) -> Manifest:
    if found.pop("format") != FORMAT:
        raise OtherFormat(what="format")
    schemas = [
        Schema(
            **schema
            | {
                "migrations": [(app, name) for app, name in schema["migrations"]],
                "tables": [_held(held) for held in schema["tables"]],
            }
        )
        for schema in found.pop("schemas")
    ]
    return Manifest(**found, schemas=schemas)


def _held(held: dict[str, Any]) -> Held:
    table = Table(held["table"]["name"], tuple(held["table"]["columns"]))
    return Held(table, Parcel(**held["parcel"]))
