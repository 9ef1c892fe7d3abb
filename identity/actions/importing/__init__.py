"""Importing: files of leads, drivers, trips, claims and scouts become rows, again and again the same."""

from identity.actions.importing.ends import (
    FLEET_SHRUNK,
    forget_refused_rows,
    schedule_forgetting,
    settle_fleet_import,
)
from identity.actions.importing.leads import LeadRefused, RecordedLead, record_lead
from identity.actions.importing.refused import REFUSED
from identity.actions.importing.terms import currency, terms_of
from identity.actions.importing.uploads import (
    LARGEST_FLEET_UPLOAD,
    ColumnsMissing,
    FleetPreview,
    ImportBusy,
    ImportStarted,
    cancel_fleet_import,
    import_fleet,
    map_fleet_columns,
    preview_fleet_file,
    start_fleet_import,
    upload_fleet_file,
)
from identity.actions.importing.work import import_fleet_file
from identity.actions.importing.writing import CHUNK_ROWS, Writing, Written, write_records

__all__ = [
    "CHUNK_ROWS",
    "FLEET_SHRUNK",
    "LARGEST_FLEET_UPLOAD",
    "REFUSED",
    "ColumnsMissing",
    "FleetPreview",
    "ImportBusy",
    "ImportStarted",
    "LeadRefused",
    "RecordedLead",
    "Writing",
    "Written",
    "cancel_fleet_import",
    "currency",
    "forget_refused_rows",
    "import_fleet",
    "import_fleet_file",
    "map_fleet_columns",
    "preview_fleet_file",
    "record_lead",
    "schedule_forgetting",
    "settle_fleet_import",
    "start_fleet_import",
    "terms_of",
    "upload_fleet_file",
    "write_records",
]
