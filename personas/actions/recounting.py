"""Counts that writers keep are compared with what they count, mended, and the drift told."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from personas.actions import statements as sql
from personas.actions.contact_rows import lock_contacts

TOLD = 20
# One snapshot holds counts and counted alike, and what is apart is added, not written: a change that
# commits meanwhile has moved both.
MEND_PERSONAS = """
    WITH apart AS (
        SELECT p.id, p.code, coalesce(d.counted, 0) AS counted, coalesce(k.contacts, 0) AS contacts
          FROM personas_persona p
          LEFT JOIN (SELECT persona_id, sum(gained::bigint - lost) AS counted
                       FROM personas_personaday GROUP BY 1) AS d ON d.persona_id = p.id
          LEFT JOIN (SELECT persona_id, count(*) AS contacts
                       FROM personas_contactpersona GROUP BY 1) AS k ON k.persona_id = p.id
         WHERE coalesce(d.counted, 0) <> coalesce(k.contacts, 0)),
    mended AS (
        INSERT INTO personas_personaday AS d (persona_id, "on", gained, lost)
        SELECT id, %(today)s, greatest(contacts - counted, 0), greatest(counted - contacts, 0)
          FROM apart ORDER BY id
        ON CONFLICT (persona_id, "on") DO UPDATE
           SET gained = d.gained + EXCLUDED.gained, lost = d.lost + EXCLUDED.lost)
    SELECT code, counted::bigint, contacts FROM apart ORDER BY code
"""
MEND_TITLES = """
    UPDATE personas_jobtitle t
       SET contacts_count = a.contacts
      FROM (SELECT o.id, o.contacts_count AS counted, coalesce(n.contacts, 0) AS contacts
              FROM personas_jobtitle o
              LEFT JOIN (SELECT title_id, count(*) AS contacts FROM personas_contact GROUP BY 1) AS n
                ON n.title_id = o.id
             WHERE o.contacts_count <> coalesce(n.contacts, 0)) AS a
     WHERE t.id = a.id
    RETURNING t.normalized, a.counted, a.contacts
"""


@transaction.atomic
def recount() -> dict[str, Any]:
    """Mend the personas' days and the titles' counts; return what was apart.

    `{personas: {drifted, contacts, found}, titles: {…}}`: how many counts were wrong, by how many contacts
    in all, and the worst of them as `{name, counted, contacts}`.
    """
    # First, since writers hold it when they come to the days that are mended here.
    lock_contacts()
    personas = sql.rows(MEND_PERSONAS, today=timezone.localdate())
    titles = sql.rows(MEND_TITLES)
    return {"personas": _drift(personas), "titles": _drift(titles)}


def _drift(rows: list[tuple[str, int, int]]) -> dict[str, Any]:
    worst = sorted(rows, key=lambda row: (-abs(row[1] - row[2]), row[0]))[:TOLD]
    return {
        "drifted": len(rows),
        "contacts": sum(abs(counted - contacts) for _name, counted, contacts in rows),
        "found": [
            {"name": name, "counted": counted, "contacts": contacts} for name, counted, contacts in worst
        ],
    }
