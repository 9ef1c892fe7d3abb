"""Reading tables that people upload, CSV and XLSX: bytes in, rows and faults out (L2, L3, S14).

What the columns mean is the reader's to say, in a Vocabulary.
"""

from tenants.intake.tables.faults import (
    FileFault,
    RowFault,
    UnreadableFile,
    describe_file_fault,
    describe_row_fault,
)
from tenants.intake.tables.reading import Row, Table, open_table
from tenants.intake.tables.records import MAX_ROWS, Record
from tenants.intake.tables.refusals import FileGone, UnreadableUpload, UploadTooLarge, refused_upload
from tenants.intake.tables.vocabulary import REPEATED_HEADING, Vocabulary, heading_key
from tenants.intake.tables.workbook import read_tabs
from tenants.intake.tables.workbook_scan import MAX_FILE

__all__ = [
    "MAX_FILE",
    "MAX_ROWS",
    "REPEATED_HEADING",
    "FileFault",
    "FileGone",
    "Record",
    "Row",
    "RowFault",
    "Table",
    "UnreadableFile",
    "UnreadableUpload",
    "UploadTooLarge",
    "Vocabulary",
    "describe_file_fault",
    "describe_row_fault",
    "heading_key",
    "open_table",
    "read_tabs",
    "refused_upload",
]
