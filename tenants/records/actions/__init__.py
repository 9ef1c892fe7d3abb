"""What can be remembered: an act, a file, the first answer to a write; what is told outside; an alert."""

from tenants.records.actions.acts import note_act
from tenants.records.actions.keeping import (
    Answer,
    Attempt,
    answer_once,
    answer_once_outside,
    digest,
    forget_bytes,
    keep_file,
    mark_read,
    note,
    note_past,
    remember_documents,
)
from tenants.records.actions.uploads import hold_uploads, join_uploads

__all__ = [
    "Answer",
    "Attempt",
    "answer_once",
    "answer_once_outside",
    "digest",
    "forget_bytes",
    "hold_uploads",
    "join_uploads",
    "keep_file",
    "mark_read",
    "note",
    "note_act",
    "note_past",
    "remember_documents",
]
