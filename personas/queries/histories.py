"""Why is this contact X? Single decisions and applied lists, told as one history (R8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from personas.models import PersonaChange

# A list's rows have no index by contact; their primary key finds the contact in each applied list. Personas
# deleted since have their codes in the rules that the job kept.
LISTED = """
    SELECT coalesce(old.code, was.code, ''), coalesce(new.code, became.code, ''),
           CASE r.type WHEN 'undo' THEN 'undo' ELSE 'reclassification' END, l.keyword_text, j.created_by,
           ch.at, r.job, r.revision, asked.id
      FROM unnest(%(contacts)s::bigint[]) AS asked(id)
      JOIN personas_appliedchunk ch ON ch.after < asked.id AND ch.upto >= asked.id
      JOIN personas_listedchange l ON l.of_id = ch.list_id AND l.contact_id = asked.id AND l.outcome = 0
      JOIN personas_reclassification r ON r.id = ch.by_id
      LEFT JOIN jobs_job j ON j.id = r.job
      LEFT JOIN personas_persona old ON old.id = l.old
      LEFT JOIN personas_persona new ON new.id = l.new
      LEFT JOIN LATERAL (SELECT p ->> 'code' FROM jsonb_array_elements(r.rules -> 'personas') p
                          WHERE old.id IS NULL AND p ->> 'id' = l.old::text LIMIT 1) AS was(code) ON true
      LEFT JOIN LATERAL (SELECT p ->> 'code' FROM jsonb_array_elements(r.rules -> 'personas') p
                          WHERE new.id IS NULL AND p ->> 'id' = l.new::text LIMIT 1) AS became(code) ON true
     ORDER BY ch.at DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a contact's persona: codes, `old` empty for the first; the cause; who, by which job."""

    old: str
    new: str
    cause: str
    keyword_text: str
    by: UUID | None
    at: datetime
    job: UUID | None
    revision: int
    contact: int


def changes_of(*, contact_id: int, limit: int = 20) -> list[Change]:
    """Return the newest changes of a contact's persona, newest first (R8). Two queries."""
    return changes_of_many(contacts=[contact_id], limit=limit)


def changes_of_many(*, contacts: Sequence[int], limit: int) -> list[Change]:
    """Return the newest changes of some contacts' personas, newest first. Two queries."""
    columns = ("old", "new", "cause", "keyword_text", "by", "at", "job", "revision", "contact")
    single = PersonaChange.objects.filter(contact__in=contacts).order_by("-id").values_list(*columns)
    found = [Change(*row) for row in single[:limit]]
    with connection.cursor() as cursor:
        cursor.execute(LISTED, {"contacts": list(contacts), "limit": limit})
        found += [Change(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda change: change.at, reverse=True)[:limit]
