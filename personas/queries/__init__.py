"""What can be asked about rules, contacts and imports."""

from personas.queries.contacts import (
    Checksum,
    ContactFilter,
    UnknownContact,
    changes_of,
    contact,
    contacts,
    contacts_checksum,
)
from personas.queries.imports import (
    UnknownImport,
    linkedin_import,
    linkedin_imports,
    rejected_rows,
    remembered_mapping,
)
from personas.queries.rulesets import Revision, UnknownPersona, keywords, persona, personas, revision

__all__ = [
    "Checksum",
    "ContactFilter",
    "Revision",
    "UnknownContact",
    "UnknownImport",
    "UnknownPersona",
    "changes_of",
    "contact",
    "contacts",
    "contacts_checksum",
    "keywords",
    "linkedin_import",
    "linkedin_imports",
    "persona",
    "personas",
    "rejected_rows",
    "remembered_mapping",
    "revision",
]
