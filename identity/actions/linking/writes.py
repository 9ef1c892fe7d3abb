"""The statements that write what was decided, a whole batch each (I8)."""

from identity.models.numbers import NEXT_NUMBER

PERSONS = """
    INSERT INTO identity_person (key, name, confidence)
    SELECT * FROM unnest(%(keys)s::uuid[], %(names)s::text[], %(confidences)s::text[])
"""
# Whoever comes second writes nothing and is told (I8, I9). Few decisions differ in more than the person: they
# come once each, and every lead says which it is. Who was made for this batch has no other origin than its
# first link here; `event` is what becomes of the backlog, if the source has one.
LINKS = f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(%(pks)s::text[], %(persons)s::uuid[], %(fresh)s::boolean[], %(kinds)s::int[])
               AS v(source_pk, person, is_fresh, kind)
    ), judged AS MATERIALIZED (
        SELECT v.kind, v.rule, v.score, v.confidence, v.corroborated, v.tried::smallint[],
               v.levels::smallint[], v.weights::smallint[], v.candidates, v.gap, v.posterior
          FROM unnest(%(rules)s::text[], %(scores)s::smallint[], %(confidences)s::text[],
                      %(corroborated)s::boolean[], %(tried)s::text[], %(levels)s::text[],
                      %(weights)s::text[], %(candidates)s::smallint[], %(gaps)s::float8[],
                      %(posteriors)s::float8[]) WITH ORDINALITY
               AS v(rule, score, confidence, corroborated, tried, levels, weights, candidates, gap, posterior,
                    kind)
    ), made AS (
        INSERT INTO identity_link (id, source, source_pk, person_id, rule, score, confidence, is_corroborated,
               via, job, linked_at, linked_by, tried, levels, weights, candidates, gap, posterior, ruleset)
        SELECT {NEXT_NUMBER}, %(source)s, g.source_pk, g.person, j.rule, j.score, j.confidence,
               j.corroborated, %(via)s, %(job)s, %(now)s, %(by)s, j.tried, j.levels, j.weights, j.candidates,
               j.gap, j.posterior, %(ruleset)s
          FROM given g JOIN judged j ON j.kind = g.kind ORDER BY g.source_pk
        ON CONFLICT (source, source_pk) DO NOTHING RETURNING source_pk
    ), left_behind AS (
        INSERT INTO identity_backlogevent (id, source_pk, kind, happened_at, job)
        SELECT {NEXT_NUMBER}, source_pk, %(event)s, %(now)s, %(job)s
          FROM made WHERE %(event)s::text IS NOT NULL
    ), begun AS (
        INSERT INTO identity_origin (person_id, kind, source_pk, status, reason, decided_by, changed_at)
        SELECT g.person, %(source)s, min(g.source_pk), 'resolved_auto', '', 'system', %(now)s
          FROM given g JOIN made USING (source_pk) WHERE g.is_fresh GROUP BY g.person
    )
    SELECT source_pk FROM given EXCEPT SELECT source_pk FROM made
"""  # noqa: S608 - constants
DRIVER_LINKS = f"""
    INSERT INTO identity_link (id, source, source_pk, person_id, rule, score, confidence, is_corroborated,
           via, job, linked_at, linked_by, tried, levels, weights, candidates, ruleset)
    SELECT {NEXT_NUMBER}, 'driver', v.driver_id, v.person, 'DRIVER_MATCH', 100, 'HIGH', false, %(via)s,
           %(job)s, %(now)s, %(by)s, '{{}}', '{{}}', '{{}}', 1, %(ruleset)s
      FROM unnest(%(drivers)s::text[], %(persons)s::uuid[]) AS v(driver_id, person) ORDER BY v.driver_id
    ON CONFLICT (source, source_pk) DO NOTHING
"""  # noqa: S608 - a constant
# Answers what could not be written: whose person knew it already, or which somebody else holds.
SOLE = f"""
    WITH given AS MATERIALIZED (
        SELECT * FROM unnest(%(persons)s::uuid[], %(kinds)s::text[], %(values)s::text[])
               AS v(person, kind, value)
    ), made AS (
        INSERT INTO identity_identifier (id, person_id, kind, value, is_sole)
        SELECT {NEXT_NUMBER}, person, kind, value, true FROM given ORDER BY kind, value
        ON CONFLICT DO NOTHING RETURNING kind, value
    )
    SELECT kind, value FROM given EXCEPT SELECT kind, value FROM made
"""  # noqa: S608 - a constant
# Known already, by chance: from now on theirs alone, unless it is somebody's.
NOW_SOLE = """
    UPDATE identity_identifier i SET is_sole = true
      FROM unnest(%(persons)s::uuid[], %(kinds)s::text[], %(values)s::text[]) AS v(person, kind, value)
     WHERE i.person_id = v.person AND i.kind = v.kind AND i.value = v.value AND NOT i.is_sole
       AND NOT EXISTS (SELECT FROM identity_identifier o
                        WHERE o.kind = v.kind AND o.value = v.value AND o.is_sole)
"""
# What jobs wrote of the accounts' persons and none of their accounts says any more; people's word stays.
FORGET_PAPERS = """
    DELETE FROM identity_identifier i
     USING (SELECT DISTINCT person_id FROM identity_link
             WHERE source = 'driver' AND source_pk = ANY(%(drivers)s::text[])) AS p
     WHERE i.person_id = p.person_id AND i.kind IN ('document', 'licence') AND i.is_sole
       AND i.created_by IS NULL
       AND NOT EXISTS (SELECT FROM identity_link k JOIN identity_driver d ON d.driver_id = k.source_pk
                        WHERE k.source = 'driver' AND k.person_id = i.person_id
                          AND i.value = CASE i.kind WHEN 'document' THEN d.document_key
                                                    ELSE d.licence_key END)
"""
CLOSED = """
    UPDATE identity_case SET state = 'resolved', closed_at = %(now)s, closed_by = NULL
     WHERE lead_id = ANY(%(leads)s) AND state <> 'resolved'
"""
# Rare: a claim that came before its lead was linked.
CLAIMS_WAIT = "SELECT 1 FROM identity_claim WHERE source_pk = ANY(%(pks)s) AND person_id IS NULL LIMIT 1"
CASES = """
    INSERT INTO identity_case AS c (lead_id, state, outcome, reason, shown, inputs, attempts, tried_at,
           errors, error, opened_at, note, tried, levels, weights, candidates, gap, posterior, ruleset)
    SELECT v.lead, 'open', v.outcome, v.reason, v.shown, v.inputs, 1, %(now)s, 0, '', %(now)s, '',
           v.tried::smallint[], v.levels::smallint[], v.weights::smallint[], v.candidates, v.gap, v.posterior,
           %(ruleset)s
      FROM unnest(%(leads)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[], %(shown)s::jsonb[],
                  %(inputs)s::uuid[], %(tried)s::text[], %(levels)s::text[], %(weights)s::text[],
                  %(candidates)s::smallint[], %(gaps)s::float8[], %(posteriors)s::float8[])
           AS v(lead, outcome, reason, shown, inputs, tried, levels, weights, candidates, gap, posterior)
    ON CONFLICT (lead_id) DO UPDATE
       SET state = 'open', closed_at = NULL, closed_by = NULL, outcome = EXCLUDED.outcome,
           reason = EXCLUDED.reason, shown = EXCLUDED.shown, inputs = EXCLUDED.inputs,
           attempts = c.attempts + 1, tried_at = EXCLUDED.tried_at, errors = 0, retry_at = NULL, error = '',
           tried = EXCLUDED.tried, levels = EXCLUDED.levels, weights = EXCLUDED.weights,
           candidates = EXCLUDED.candidates, gap = EXCLUDED.gap, posterior = EXCLUDED.posterior,
           ruleset = EXCLUDED.ruleset
     WHERE c.state <> 'ignored'
"""
ATTEMPTS = f"""
    INSERT INTO identity_attempt (id, lead_id, via, outcome, reason, tried, posterior, ruleset, job, tried_at)
    SELECT {NEXT_NUMBER}, v.lead, %(via)s, v.outcome, v.reason, v.tried::smallint[], v.posterior, %(ruleset)s,
           %(job)s, %(now)s
      FROM unnest(%(leads)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[], %(tried)s::text[],
                  %(posteriors)s::float8[]) AS v(lead, outcome, reason, tried, posterior)
"""  # noqa: S608 - a constant
# What failed for reasons of its own waits, longer each time, and is no attempt (I6).
FAILED = """
    INSERT INTO identity_case AS c (lead_id, state, outcome, reason, shown, attempts, errors, retry_at, error,
           opened_at, note, tried, levels, weights, candidates, ruleset)
    SELECT l.id, 'open', 'error', 'ERROR', '[]', 0, 1, %(now)s::timestamptz + interval '1 minute',
           %(error)s, %(now)s, '', '{}', '{}', '{}', 0, ''
      FROM identity_lead l
     WHERE l.id = ANY(%(leads)s::bigint[])
       AND NOT EXISTS (SELECT FROM identity_link k
                        WHERE k.source = 'cabinet_lead' AND k.source_pk = l.source_pk)
    ON CONFLICT (lead_id) DO UPDATE
       SET outcome = 'error', reason = 'ERROR', errors = least(c.errors + 1, 20), error = EXCLUDED.error,
           retry_at = %(now)s::timestamptz + interval '1 minute' * 2 ^ least(c.errors, 10)
     WHERE c.state = 'open'
"""
PROPOSALS = f"""
    INSERT INTO identity_mergeproposal (id, one_id, other_id, source_pk, created_at)
    SELECT {NEXT_NUMBER}, least(v.one, v.other), greatest(v.one, v.other), v.source_pk, %(now)s
      FROM unnest(%(ones)s::uuid[], %(others)s::uuid[], %(pks)s::text[]) AS v(one, other, source_pk)
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - a constant
