"""New evidence: who brings it waits for who reads it, and wakes the leads that it may concern (I7c)."""

from collections.abc import Collection, Mapping

from django.db import connection

from identity.rules import IdentifierKind

# Whoever links reads a fleet at one moment and stamps its tries with it. A file written between that moment
# and the end of the try would wake leads too early, and they would sleep on; so writers of sightings go
# alone, and linkers together. The schema is in the key: advisory locks know no schemas.
_KEY = "hashtextextended('identity.evidence.' || current_schema(), 0)"
WRITE = f"SELECT pg_advisory_xact_lock({_KEY})"
READ = f"SELECT pg_advisory_xact_lock_shared({_KEY})"

# Each branch of the union looks keys up in its own index; an OR would use none. Leads that wait for a try
# already stay as they are: a file of a million drivers must not write every open case again and again. Later
# than the try in any case: tries are stamped by another clock than the database's.
_HOLDERS = " UNION ".join(
    f"SELECT id, source_pk FROM identity_lead WHERE {kind}_key = ANY(%({kind})s) AND NOT {kind}_key = ''"  # noqa: S608 - names of columns
    for kind in IdentifierKind
)
WAKE = f"""
    UPDATE identity_case c
       SET woken_at = greatest(statement_timestamp(), c.tried_at + interval '1 microsecond')
      FROM ({_HOLDERS}) AS l
     WHERE c.lead_id = l.id AND c.state = 'open' AND c.tried_at IS NOT NULL
       AND (c.woken_at IS NULL OR c.woken_at <= c.tried_at)
       AND NOT EXISTS (SELECT FROM identity_link k
                        WHERE k.source = 'cabinet_lead' AND k.source_pk = l.source_pk)
"""  # noqa: S608 - constants


def hold_evidence() -> None:
    """Let no one link, and nobody else write sightings, until the end of the transaction."""
    _execute(WRITE)


def read_evidence() -> None:
    """Let no one write sightings until the end of the transaction; linkers do not wait for each other.

    To be called before the moment is read that a try is stamped with.
    """
    _execute(READ)


def wake_by_keys(*, keys: Mapping[IdentifierKind, Collection[str]]) -> int:
    """Wake the open cases of red leads that hold one of these keys; return how many. One statement (I7c)."""
    asked = {str(kind): sorted({key for key in keys.get(kind, ()) if key}) for kind in IdentifierKind}
    return _execute(WAKE, **asked) if any(asked.values()) else 0


def _execute(statement: str, **given: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.rowcount)
