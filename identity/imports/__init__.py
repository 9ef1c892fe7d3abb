"""Reading files of the fleet: rows in, typed records with their keys or reasons out; knows no database."""

from identity.imports.columns import NEEDED, VOCABULARIES, missing_columns
from identity.imports.moments import parse_day, parse_moment
from identity.imports.reading import READERS, FleetFile, FleetRow, open_fleet_file, read_row
from identity.imports.reasons import RowReason, Unacceptable, describe_reason
from identity.imports.records import (
    ClaimRecord,
    DriverRecord,
    LeadRecord,
    Record,
    ScoutRecord,
    Terms,
    TripRecord,
)
from identity.imports.sightings import read_lead

__all__ = [
    "NEEDED",
    "READERS",
    "VOCABULARIES",
    "ClaimRecord",
    "DriverRecord",
    "FleetFile",
    "FleetRow",
    "LeadRecord",
    "Record",
    "RowReason",
    "ScoutRecord",
    "Terms",
    "TripRecord",
    "Unacceptable",
    "describe_reason",
    "missing_columns",
    "open_fleet_file",
    "parse_day",
    "parse_moment",
    "read_lead",
    "read_row",
]
