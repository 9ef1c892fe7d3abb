"""Documents of the first system, as its collections hold them: fields in, records and reasons out (F9).

Knows nothing of databases, neither theirs nor ours: values are plain Python ones.
"""

from personas.imports.documents.contacts import CONTACT_FIELDS, ContactRecord, read_contact
from personas.imports.documents.jobs import JOB_FIELDS, JobRecord, read_job
from personas.imports.documents.reasons import WORDS, DocumentReason
from personas.imports.documents.rules import (
    KEYWORD_FIELDS,
    PRIORITY_FIELDS,
    KeywordRecord,
    PriorityRecord,
    read_keyword,
    read_priority,
)
from personas.imports.documents.values import names_of

__all__ = [
    "CONTACT_FIELDS",
    "JOB_FIELDS",
    "KEYWORD_FIELDS",
    "PRIORITY_FIELDS",
    "WORDS",
    "ContactRecord",
    "DocumentReason",
    "JobRecord",
    "KeywordRecord",
    "PriorityRecord",
    "names_of",
    "read_contact",
    "read_job",
    "read_keyword",
    "read_priority",
]
