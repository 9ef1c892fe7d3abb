"""Reading LinkedIn exports: bytes in, rows and reasons out; knows nothing of databases."""

from personas.imports.dates import parse_connected_on
from personas.imports.faults import describe_row_reason
from personas.imports.headings import is_usable
from personas.imports.identifiers import canonical_email, canonical_profile_url
from personas.imports.reading import LinkedInExport, open_export
from personas.imports.rows import ImportRow

__all__ = [
    "ImportRow",
    "LinkedInExport",
    "canonical_email",
    "canonical_profile_url",
    "describe_row_reason",
    "is_usable",
    "open_export",
    "parse_connected_on",
]
