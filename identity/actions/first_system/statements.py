"""The statements that links of the first identity system are written by; each takes a chunk (F10)."""

from identity.models.numbers import NEXT_NUMBER

# What stands under these keys here; "" for a person that is nobody's successor.
HERE = """
    SELECT v.source, v.source_pk, k.person_id
      FROM unnest(%(sources)s::text[], %(pks)s::text[]) AS v(source, source_pk)
      JOIN identity_link k ON k.source = v.source AND k.source_pk = v.source_pk
"""
PERSONS = """
    INSERT INTO identity_person (key, name, confidence)
    SELECT * FROM unnest(%(keys)s::uuid[], %(names)s::text[], %(confidences)s::text[])
    ON CONFLICT (key) DO NOTHING
"""
# A link that somebody made meanwhile stands (I9): the missing row says so.
LINKS = f"""
    INSERT INTO identity_link (id, source, source_pk, person_id, rule, score, confidence, is_corroborated,
           via, linked_at, linked_by, tried, levels, weights, candidates, ruleset)
    SELECT {NEXT_NUMBER}, v.source, v.source_pk, v.person, v.rule, v.score, v.confidence, false,
           'migration', coalesce(v.linked_at, statement_timestamp()), %(by)s, '{{}}', '{{}}', '{{}}', 0,
           %(system)s
      FROM unnest(%(sources)s::text[], %(pks)s::text[], %(persons)s::uuid[], %(rules)s::text[],
                  %(scores)s::smallint[], %(confidences)s::text[], %(moments)s::timestamptz[])
           AS v(source, source_pk, person, rule, score, confidence, linked_at)
     ORDER BY v.source, v.source_pk
    ON CONFLICT (source, source_pk) DO NOTHING RETURNING source, source_pk
"""  # noqa: S608 - a constant
# Red no longer: the backlog, the case and the queue hear of it with the link (I15).
LEFT = f"""
    WITH lead AS (SELECT id, source_pk FROM identity_lead WHERE source_pk = ANY(%(pks)s::text[])),
    closed AS (
        UPDATE identity_case c SET state = 'resolved', closed_at = statement_timestamp()
          FROM lead WHERE c.lead_id = lead.id AND c.state <> 'resolved'
    ), queued AS (
        UPDATE identity_queueitem q SET status = 'resolved_elsewhere', closed_at = statement_timestamp()
          FROM lead WHERE q.source_pk = lead.source_pk AND q.status = 'pending'
    )
    INSERT INTO identity_backlogevent (id, source_pk, kind)
    SELECT {NEXT_NUMBER}, source_pk, %(kind)s FROM lead
"""  # noqa: S608 - a constant
# Document and licence of a linked account have one holder: whoever came first (Words, Person).
SOLE = f"""
    INSERT INTO identity_identifier (id, person_id, kind, value, is_sole)
    SELECT {NEXT_NUMBER}, v.person, said.kind, said.value, true
      FROM unnest(%(drivers)s::text[], %(persons)s::uuid[]) AS v(driver_id, person)
      JOIN identity_driver d ON d.driver_id = v.driver_id
     CROSS JOIN LATERAL (VALUES ('document', d.document_key), ('licence', d.licence_key)) AS said(kind, value)
     WHERE said.value <> '' ORDER BY said.kind, said.value
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - a constant
# A person's word over there replaces what a system says here, and the former origin is kept (Origin).
ORIGINS = f"""
    WITH v AS (
        SELECT * FROM unnest(%(persons)s::uuid[], %(kinds)s::text[], %(pks)s::text[], %(statuses)s::text[],
                             %(reasons)s::text[]) AS v(person, kind, source_pk, status, reason)
    ), former AS (
        INSERT INTO identity_originchange (id, person_id, kind, source_pk, status, reason, decided_by)
        SELECT {NEXT_NUMBER}, o.person_id, o.kind, o.source_pk, o.status, o.reason, o.decided_by
          FROM v JOIN identity_origin o ON o.person_id = v.person AND o.decided_by = 'system'
    )
    INSERT INTO identity_origin AS o (person_id, kind, source_pk, status, reason, decided_by, changed_by)
    SELECT person, kind, source_pk, status, reason, 'manual', %(by)s FROM v
    ON CONFLICT (person_id) DO UPDATE
       SET kind = EXCLUDED.kind, source_pk = EXCLUDED.source_pk, status = EXCLUDED.status,
           reason = EXCLUDED.reason, decided_by = 'manual', changed_at = statement_timestamp(),
           changed_by = EXCLUDED.changed_by
     WHERE o.decided_by = 'system'
"""  # noqa: S608 - a constant
