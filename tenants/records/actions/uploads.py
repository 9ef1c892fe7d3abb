"""Who keeps an upload and who erases a person go one behind the other (S19)."""

from django.db import connection

# An erasure takes the files that it sees, and one is seen once it is committed: of two at the same moment the
# upload would be missed. So uploads go together, an erasure alone, each until its transaction ends. The
# schema is in the key: advisory locks know no schemas.
_KEY = "hashtextextended('records.uploads.' || current_schema(), 0)"
HOLD = f"SELECT pg_advisory_xact_lock({_KEY})"
JOIN = f"SELECT pg_advisory_xact_lock_shared({_KEY})"


def hold_uploads() -> None:
    """Wait for uploads under way, and let new ones wait for this transaction; before any row is locked."""
    _run(HOLD)


def join_uploads() -> None:
    """Wait for an erasure under way, and let new ones wait for this transaction; before any row is locked."""
    _run(JOIN)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
