"""The statements that write contacts: each takes arrays and touches a whole chunk at once (ADR 4)."""

from typing import Any

from django.db import connection

from personas.models.numbers import NEXT_NUMBER

# Two imports at once cannot both miss a contact and both make it, nor lock titles in different orders (L6).
# The schema is in the key: advisory locks know no schemas.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('personas.contacts.' || current_schema(), 0))"

# The branches of the union each use their own index; an OR would use none.
STORED = """
    SELECT c.id, c.first_name, c.last_name, c.job_title, c.linkedin_url, c.first_connected_on_linkedin,
           c.source, c.title_id, cp.persona_id, coalesce(cp.locked OR cp.assigned_manually, false),
           ARRAY(SELECT e.address FROM personas_contactemail e WHERE e.contact_id = c.id
                  ORDER BY e.is_primary DESC, e.id),
           ARRAY(SELECT o.key FROM personas_contactcompany o WHERE o.contact_id = c.id
                  ORDER BY o.is_primary DESC, o.id)
      FROM personas_contact c
      LEFT JOIN personas_contactpersona cp ON cp.contact_id = c.id
     WHERE c.id IN (SELECT contact_id FROM personas_contactemail WHERE address = ANY(%(emails)s)
                     UNION
                    SELECT unnest(%(ids)s::bigint[])
                     UNION
                    SELECT id FROM personas_contact
                     WHERE linkedin_url = ANY(%(urls)s) AND NOT linkedin_url = '')
     ORDER BY c.id
"""

NUMBERS = f"SELECT {NEXT_NUMBER} FROM generate_series(1, %(count)s)"  # noqa: S608 - a constant

TITLES = """
    INSERT INTO personas_jobtitle AS t (normalized, contacts_count, persona_id, keyword_text, revision)
    SELECT normalized, contacts, persona, keyword, %(revision)s
      FROM unnest(%(normalized)s::text[], %(contacts)s::int[], %(personas)s::bigint[], %(keywords)s::text[])
           AS v(normalized, contacts, persona, keyword)
    ON CONFLICT (normalized) DO UPDATE
       SET contacts_count = t.contacts_count + EXCLUDED.contacts_count, persona_id = EXCLUDED.persona_id,
           keyword_text = EXCLUDED.keyword_text, revision = EXCLUDED.revision
    RETURNING normalized, id
"""

# Never below zero: a count that drifted must not stop an import, the nightly recount mends it.
LEFT_TITLES = """
    UPDATE personas_jobtitle t SET contacts_count = greatest(t.contacts_count - gone.contacts, 0)
      FROM (SELECT id, count(*) AS contacts FROM unnest(%(titles)s::bigint[]) AS id GROUP BY id) AS gone
     WHERE t.id = gone.id
"""

CHANGED_CONTACTS = """
    UPDATE personas_contact c
       SET first_name = v.first_name, last_name = v.last_name, job_title = v.job_title, title_id = v.title,
           linkedin_url = v.url, first_connected_on_linkedin = v.connected, updated_at = statement_timestamp()
      FROM unnest(%(ids)s::bigint[], %(first_names)s::text[], %(last_names)s::text[], %(job_titles)s::text[],
                  %(titles)s::bigint[], %(urls)s::text[], %(connected)s::date[])
           AS v(id, first_name, last_name, job_title, title, url, connected)
     WHERE c.id = v.id
"""

# The copy that reclassifications read. A held persona keeps, but the keyword of another title is no reason.
CHANGED_TITLES = """
    UPDATE personas_contactpersona cp
       SET title_id = v.title,
           keyword_id = CASE WHEN cp.locked OR cp.assigned_manually THEN NULL ELSE cp.keyword_id END,
           keyword_text = CASE WHEN cp.locked OR cp.assigned_manually THEN '' ELSE cp.keyword_text END
      FROM unnest(%(ids)s::bigint[], %(titles)s::bigint[]) AS v(id, title)
     WHERE cp.contact_id = v.id AND cp.title_id IS DISTINCT FROM v.title
"""

# Personas in one order, so that two writers never wait for each other in a circle.
COUNT_MOVES = """
    INSERT INTO personas_personaday AS d (persona_id, "on", gained, lost)
    SELECT * FROM unnest(%(personas)s::bigint[], %(days)s::date[], %(gained)s::int[], %(lost)s::int[]) AS v
     ORDER BY 1
    ON CONFLICT (persona_id, "on") DO UPDATE
       SET gained = d.gained + EXCLUDED.gained, lost = d.lost + EXCLUDED.lost
"""

# The write itself asks whether a person holds the contact, so a lock set a moment ago wins (P7).
CHANGED_PERSONAS = """
    UPDATE personas_contactpersona cp
       SET persona_id = v.persona, keyword_id = v.keyword, keyword_text = v.keyword_text,
           reclassified_at = statement_timestamp(), reclassified_by_job = %(job)s
      FROM (SELECT v.*, was.persona_id AS old
              FROM unnest(%(ids)s::bigint[], %(personas)s::bigint[], %(keywords)s::bigint[],
                          %(texts)s::text[]) AS v(id, persona, keyword, keyword_text)
              JOIN personas_contactpersona was ON was.contact_id = v.id
               FOR UPDATE OF was) AS v
     WHERE cp.contact_id = v.id AND NOT cp.locked AND NOT cp.assigned_manually
       AND (cp.persona_id, cp.keyword_text) IS DISTINCT FROM (v.persona, v.keyword_text::varchar)
    RETURNING cp.contact_id, v.old
"""


def rows(statement: str, **params: Any) -> list[Any]:
    """Execute a statement; return the rows it answers, none when it answers nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []
