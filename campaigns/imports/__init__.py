"""Reading clients' files: rows in, people to call and what became of every row out; knows no database.

Open a file (`open_client_file`), let its columns be confirmed, read it (`read_people`; a large one row by
row, `RowReader`, and some persons at a time, `put_together`), let the database exclude persons
(`Person.end`), store the rest, hand back the rows that were not accepted (`report_rows`).
"""

from campaigns.imports.codes import TAKEN, RowCode, RowStatus, describe_row
from campaigns.imports.columns import COLUMN_LABELS, ClientColumn, MissingColumn
from campaigns.imports.documents import Document, read_document
from campaigns.imports.opening import (
    ClientFile,
    MappingFault,
    MappingProblem,
    open_client_file,
    variable_name,
)
from campaigns.imports.people import Debt, Person, Phone, RowResult
from campaigns.imports.phones import PhoneKind, PhoneReading, read_phones
from campaigns.imports.reading import (
    NOT_ACCEPTED,
    ReadFile,
    RowReader,
    put_together,
    read_people,
    report_rows,
)
from campaigns.imports.said import Said, pack, unpack
from campaigns.imports.terms import (
    BadDynamicDays,
    LimitAfterMaximum,
    Terms,
    check_dynamic_days,
    read_dynamic_days,
)

__all__ = [
    "COLUMN_LABELS",
    "NOT_ACCEPTED",
    "TAKEN",
    "BadDynamicDays",
    "ClientColumn",
    "ClientFile",
    "Debt",
    "Document",
    "LimitAfterMaximum",
    "MappingFault",
    "MappingProblem",
    "MissingColumn",
    "Person",
    "Phone",
    "PhoneKind",
    "PhoneReading",
    "ReadFile",
    "RowCode",
    "RowReader",
    "RowResult",
    "RowStatus",
    "Said",
    "Terms",
    "check_dynamic_days",
    "describe_row",
    "open_client_file",
    "pack",
    "put_together",
    "read_document",
    "read_dynamic_days",
    "read_people",
    "read_phones",
    "report_rows",
    "unpack",
    "variable_name",
]
