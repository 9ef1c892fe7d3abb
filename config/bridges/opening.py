"""Which of the three sources is meant."""

import os
from pathlib import Path

from config.bridges.files import Files
from config.bridges.live import SCHEMES, Server
from config.bridges.sources import Source, SourceRefused

# So that a password need not stand in the list of processes.
BY_ENVIRONMENT = "env:"


def open_source(said: str, *, database: str = "") -> Source:
    """Return the source of an address, a path, or `env:NAME` of a variable that holds one.

    Raises SourceRefused.
    """
    if said.startswith(BY_ENVIRONMENT):
        name = said.removeprefix(BY_ENVIRONMENT)
        if not os.environ.get(name):
            raise SourceRefused(f"The variable {name} is not set; it should hold mongodb://… or a path.")
        said = os.environ[name]
    if said.startswith(SCHEMES):
        return Server(said, database=database)
    if "://" in said:
        raise SourceRefused("A source is mongodb://…, a folder of mongodump, or files of mongoexport.")
    return Files(Path(said), database=database)
