"""Bridges from older systems (F9, F10): documents come in as plain values; what they mean, the apps say."""

from config.bridges.opening import open_source, open_tables, open_tables_or_json
from config.bridges.registry import UnservedCollection, chosen, served
from config.bridges.report import RowReport
from config.bridges.running import Passage
from config.bridges.sources import Place, Since, Source, SourceBroken, SourceRefused

__all__ = [
    "Passage",
    "Place",
    "RowReport",
    "Since",
    "Source",
    "SourceBroken",
    "SourceRefused",
    "UnservedCollection",
    "chosen",
    "open_source",
    "open_tables",
    "open_tables_or_json",
    "served",
]
