"""Which source is meant."""

import os
from pathlib import Path

from config.bridges.database import SCHEMES as TABLE_SCHEMES
from config.bridges.database import Database
from config.bridges.files import Files
from config.bridges.live import SCHEMES, Server
from config.bridges.sheets import Sheets
from config.bridges.sources import Source, SourceRefused

# So that a password need not stand in the list of processes.
BY_ENVIRONMENT = "env:"


def open_tables(said: str) -> Source:
    """Return the source of a database's address, a folder of CSV files, or `env:NAME` of either.

    Raises SourceRefused.
    """
    said = _from_environment(said, "postgresql://… or a folder of CSV files")
    if said.startswith(TABLE_SCHEMES):
        return Database(said)
    if "://" in said:
        raise SourceRefused("A source is postgresql://…, a folder of CSV files, or one of them.")
    return Sheets(Path(said))


def open_tables_or_json(said: str) -> Source:
    """Return the source of a database's address, a folder of CSV or JSON files, or `env:NAME` of either.

    Raises SourceRefused.
    """
    meant = _from_environment(said, "postgresql://… or a folder of CSV or JSON files")
    path = Path(meant)
    files = [path] if path.is_file() else [*path.glob("*")] if "://" not in meant else []
    if any(".json" in file.name.lower() or ".ndjson" in file.name.lower() for file in files):
        return Files(path)
    return open_tables(meant)


def open_source(said: str, *, database: str = "") -> Source:
    """Return the source of an address, a path, or `env:NAME` of a variable that holds one.

    Raises SourceRefused.
    """
    said = _from_environment(said, "mongodb://… or a path")
    if said.startswith(SCHEMES):
        return Server(said, database=database)
    if "://" in said:
        raise SourceRefused("A source is mongodb://…, a folder of mongodump, or files of mongoexport.")
    return Files(Path(said), database=database)


def _from_environment(said: str, what: str) -> str:
    """Return what is meant, looked up when it names a variable. Raises SourceRefused."""
    if not said.startswith(BY_ENVIRONMENT):
        return said
    name = said.removeprefix(BY_ENVIRONMENT)
    if not os.environ.get(name):
        raise SourceRefused(f"The variable {name} is not set; it should hold {what}.")
    return os.environ[name]
