"""The statements of a reclassification: each takes a stretch of the list, all its rows at once (R5)."""

# Copied, not inserted: half the time and less to log.
DECIDED = "COPY personas_titledecision (of_id, title_id, persona, keyword, keyword_text) FROM STDIN"

# Where a stretch of contacts ends; the index of (persona, contact) or the primary key answers alone.
END_OF_CONTACTS = """
    SELECT max(contact_id) FROM (
        SELECT contact_id FROM personas_contactpersona
         WHERE contact_id > %(after)s AND (%(persona)s::bigint IS NULL OR persona_id = %(persona)s)
         ORDER BY contact_id LIMIT %(limit)s) AS stretch
"""
# A title without Latin letters is the same entry as none at all; only there the typed one is looked at. As a
# value, not EXISTS: the planner would read every contact first.
CONTACTS = """
      FROM personas_contactpersona cp
     WHERE cp.contact_id > %(after)s AND cp.contact_id <= %(upto)s AND cp.title_id IS NOT NULL
       AND (%(persona)s::bigint IS NULL OR cp.persona_id = %(persona)s)
       AND (cp.title_id IS DISTINCT FROM (SELECT id FROM personas_jobtitle WHERE normalized = '')
            OR (SELECT c.job_title ~ '\\S' FROM personas_contact c WHERE c.id = cp.contact_id))
"""

# The next titles of the list, and how many contacts they should have.
NEXT_TITLES = """
    SELECT t.id, t.contacts_count FROM personas_titledecision d JOIN personas_jobtitle t ON t.id = d.title_id
     WHERE d.of_id = %(of)s AND d.title_id > %(after)s ORDER BY d.title_id LIMIT %(limit)s
"""
END_OF_TITLE = """
    SELECT max(id) FROM (SELECT id FROM personas_contact WHERE title_id = %(title)s AND id > %(after)s
                          ORDER BY id LIMIT %(limit)s) AS stretch
"""
TITLES = """
      FROM personas_contact c JOIN personas_contactpersona cp ON cp.contact_id = c.id
     WHERE c.title_id = ANY(%(titles)s) AND c.id > %(after)s AND c.id <= %(upto)s
"""

# A contact whose title changes meanwhile, or loses its copy, is met twice; it stays as it was listed first.
ONCE = "ON CONFLICT DO NOTHING"

# Selected, held, and listed by old and new persona. What is newer than the decisions its own writer decided.
LISTED = """
    WITH chosen AS MATERIALIZED (
        SELECT cp.contact_id, cp.title_id, cp.persona_id, cp.keyword_id, cp.keyword_text,
               cp.locked OR cp.assigned_manually AS held
        {contacts}
    ), listed AS (
        INSERT INTO personas_listedchange
               (of_id, contact_id, title, old, old_keyword, old_keyword_text, new, keyword,
                keyword_text, outcome)
        SELECT %(of)s, c.contact_id, c.title_id, c.persona_id, c.keyword_id, c.keyword_text, d.persona,
               d.keyword, d.keyword_text, 0
          FROM chosen c JOIN personas_titledecision d ON d.of_id = %(of)s AND d.title_id = c.title_id
         WHERE NOT c.held AND c.persona_id <> d.persona
        {met_again}
        RETURNING old, new
    )
    SELECT NULL, NULL, count(*), count(*) FILTER (WHERE held) FROM chosen
    UNION ALL
    SELECT old, new, count(*), 0 FROM listed GROUP BY old, new
"""

LISTED_SINGLY = """
    INSERT INTO personas_listedchange
           (of_id, contact_id, title, old, old_keyword, old_keyword_text, new, keyword, keyword_text, outcome)
    SELECT %(of)s, contact, NULL, old, old_keyword, old_text, new, keyword, keyword_text, 0
      FROM unnest(%(contacts)s::bigint[], %(old)s::bigint[], %(old_keywords)s::bigint[],
                  %(old_texts)s::text[], %(new)s::bigint[], %(keywords)s::bigint[], %(texts)s::text[])
           AS v(contact, old, old_keyword, old_text, new, keyword, keyword_text)
    ON CONFLICT DO NOTHING RETURNING contact_id
"""

# The dictionary follows the decisions, but for titles that newer rules decided since; a persona deleted since
# would refuse the whole stretch.
DICTIONARY = """
    WITH stretch AS (
        SELECT d.title_id, d.persona, d.keyword_text FROM personas_titledecision d
         WHERE d.of_id = %(list)s AND d.title_id > %(after)s ORDER BY d.title_id LIMIT %(limit)s
    ), written AS (
        UPDATE personas_jobtitle t
           SET persona_id = s.persona, keyword_text = s.keyword_text, revision = %(revision)s
          FROM stretch s
         WHERE t.id = s.title_id AND t.revision <= %(revision)s
           AND (t.persona_id, t.keyword_text) IS DISTINCT FROM (s.persona, s.keyword_text)
           AND s.persona IN (SELECT id FROM personas_persona)
    )
    SELECT max(title_id), count(*) FROM stretch
"""

# Nobody deletes a persona while a stretch gives it to contacts; deleting waits, a tenth of a second at most.
KEEP_PERSONAS = "SELECT id FROM personas_persona ORDER BY id FOR KEY SHARE"

END_OF_LIST = """
    SELECT max(contact_id), count(*) FROM (
        SELECT contact_id FROM personas_listedchange WHERE of_id = %(list)s AND contact_id > %(after)s
         ORDER BY contact_id LIMIT %(limit)s) AS stretch
"""

# The write itself asks whether the contact is still as listed, so a lock or title of a moment ago wins (P7).
APPLIED = """
    WITH written AS (
        UPDATE personas_contactpersona cp
           SET persona_id = l.new, keyword_id = l.keyword, keyword_text = l.keyword_text,
               reclassified_at = statement_timestamp(), reclassified_by_job = %(job)s
          FROM personas_listedchange l
         WHERE l.of_id = %(list)s AND l.contact_id > %(after)s AND l.contact_id <= %(upto)s AND l.outcome = 0
           AND cp.contact_id = l.contact_id AND NOT cp.locked AND NOT cp.assigned_manually
           AND cp.persona_id = l.old AND cp.title_id IS NOT DISTINCT FROM l.title
           AND l.new = ANY(%(personas)s)
        RETURNING l.old, l.new
    )
    SELECT old, new, count(*) FROM written GROUP BY old, new
"""

# What of a stretch was not written, and why. Only asked when some was not. Of a contact deleted while it was
# listed there is nothing to compare with: it changed.
LEFT = """
    UPDATE personas_listedchange l
       SET outcome = CASE WHEN cp.locked OR cp.assigned_manually THEN 2 ELSE 1 END
      FROM personas_listedchange s LEFT JOIN personas_contactpersona cp ON cp.contact_id = s.contact_id
     WHERE s.of_id = %(list)s AND s.contact_id > %(after)s AND s.contact_id <= %(upto)s AND s.outcome = 0
       AND l.of_id = s.of_id AND l.contact_id = s.contact_id
       AND (cp.persona_id, cp.reclassified_by_job) IS DISTINCT FROM (s.new, %(job)s::uuid)
"""
OUTCOMES = """
    SELECT l.outcome, count(*) FROM personas_listedchange l
     WHERE l.of_id = %(list)s AND l.contact_id > %(after)s AND l.contact_id <= %(upto)s AND l.outcome <> 0
     GROUP BY 1
"""
FAILED = """
    UPDATE personas_listedchange SET outcome = 3
     WHERE of_id = %(list)s AND contact_id > %(after)s AND contact_id <= %(upto)s AND outcome = 0
"""
MIDDLE = """
    SELECT contact_id FROM personas_listedchange
     WHERE of_id = %(list)s AND contact_id > %(after)s AND contact_id <= %(upto)s
     ORDER BY contact_id OFFSET %(skip)s LIMIT 1
"""

# The way back: what the job wrote and nobody touched since; the rest with the reason why it is left (R8).
LISTED_BACK = """
    WITH stretch AS MATERIALIZED (
        SELECT l.*, cp.locked OR cp.assigned_manually AS held,
               cp.persona_id = l.new AND cp.title_id IS NOT DISTINCT FROM l.title
               AND cp.reclassified_by_job = %(undone)s::uuid AS untouched
          FROM personas_listedchange l JOIN personas_contactpersona cp ON cp.contact_id = l.contact_id
         WHERE l.of_id = %(list)s AND l.contact_id > %(after)s AND l.contact_id <= %(end)s AND l.outcome = 0
         ORDER BY l.contact_id LIMIT %(limit)s
    ), listed AS (
        INSERT INTO personas_listedchange
               (of_id, contact_id, title, old, old_keyword, old_keyword_text, new, keyword, keyword_text,
                outcome)
        SELECT %(of)s, contact_id, title, new, keyword, keyword_text, old, old_keyword, old_keyword_text,
               CASE WHEN held THEN 2 WHEN untouched THEN 0 ELSE 1 END
          FROM stretch
        RETURNING contact_id
    )
    SELECT max(contact_id), count(*) FROM listed
"""
