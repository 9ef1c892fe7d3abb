"""Where persons came from is decided here, a batch at a time: exactly one origin each (Origin)."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from identity.rules import CONFIDENCE_SHARES, DISPUTED, DISPUTED_SCORE, ORIGIN_KINDS

# Two batches that link one person at the same moment decide one after the other: the second sees both links.
# By key, so that they cannot wait in a circle; not FOR UPDATE, because new links only share the key.
LOCK = "SELECT 1 FROM identity_person WHERE key = ANY(%(persons)s::uuid[]) ORDER BY key FOR NO KEY UPDATE"

# One statement, so that what is noted as former is what was replaced. A system's origin follows the links; a
# person's stays as long as its link does. OFFSET and LIMIT keep look-ups what they are: links and origins of
# everybody would be read for a few persons while statistics are older than the tables have grown.
DECIDE = """
    WITH asked AS MATERIALIZED (
        SELECT unnest(%(persons)s::uuid[]) AS person_id
    ), linked AS (
        SELECT k.*, array_position(%(kinds)s::text[], source::text) AS place,
               score * (%(shares)s::jsonb ->> confidence)::numeric >= %(disputed_score)s AS is_sure
          FROM asked a
          CROSS JOIN LATERAL (SELECT * FROM identity_link
                               WHERE person_id = a.person_id AND source = ANY(%(kinds)s::text[]) OFFSET 0) k
    ), wanted AS (
        SELECT person_id,
               (array_agg(source ORDER BY place, linked_at, id))[1] AS kind,
               (array_agg(source_pk ORDER BY place, linked_at, id))[1] AS source_pk,
               count(DISTINCT source) FILTER (WHERE is_sure) > 1 AS is_disputed
          FROM linked GROUP BY person_id
    ), decided AS (
        SELECT person_id, kind, source_pk,
               CASE WHEN is_disputed THEN 'pending_review' ELSE 'resolved_auto' END AS status,
               CASE WHEN is_disputed THEN %(disputed)s ELSE '' END AS reason
          FROM wanted
    ), now_held AS MATERIALIZED (
        SELECT o.*
          FROM asked a
          CROSS JOIN LATERAL (SELECT * FROM identity_origin WHERE person_id = a.person_id LIMIT 1) o
    ), former AS (
        SELECT o.*, d.person_id IS NULL AS is_over
          FROM now_held o LEFT JOIN decided d USING (person_id)
         WHERE d.person_id IS NULL
            OR (o.decided_by = 'system' AND (o.kind, o.source_pk, o.status, o.reason)
                                            IS DISTINCT FROM (d.kind, d.source_pk, d.status, d.reason))
            OR (SELECT true FROM identity_link l
                 WHERE l.source = o.kind AND l.source_pk = o.source_pk AND l.person_id = o.person_id
                 LIMIT 1) IS NULL
    ), noted AS (
        INSERT INTO identity_originchange
               (person_id, kind, source_pk, status, reason, decided_by, replaced_at, replaced_by)
        SELECT person_id, kind, source_pk, status, reason, decided_by, %(now)s, %(by)s FROM former
    ), removed AS (
        DELETE FROM identity_origin o USING former f WHERE o.person_id = f.person_id AND f.is_over
        RETURNING 1
    ), written AS (
        INSERT INTO identity_origin
               (person_id, kind, source_pk, status, reason, decided_by, changed_at, changed_by)
        SELECT person_id, kind, source_pk, status, reason, 'system', %(now)s, NULL
          FROM decided d
         WHERE NOT EXISTS (SELECT 1 FROM now_held o WHERE o.person_id = d.person_id)
            OR EXISTS (SELECT 1 FROM former f WHERE f.person_id = d.person_id)
            ON CONFLICT (person_id) DO UPDATE
           SET kind = EXCLUDED.kind, source_pk = EXCLUDED.source_pk, status = EXCLUDED.status,
               reason = EXCLUDED.reason, decided_by = EXCLUDED.decided_by,
               changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM written)
"""

LAWS = {
    "kinds": [str(kind) for kind in ORIGIN_KINDS],
    "shares": json.dumps({str(level): share for level, share in CONFIDENCE_SHARES.items()}),
    "disputed": DISPUTED,
    "disputed_score": DISPUTED_SCORE,
}


@transaction.atomic
def decide_origins(*, persons: Collection[UUID], now: datetime, by: UUID | None = None) -> int:
    """Give these persons the origins that their links say, in the caller's transaction; return rows changed.

    Of the strongest kind the earliest link; two kinds sure enough are left to review. What a person decided
    stays while its link does. Without a link but an account's the origin goes. Two statements.
    """
    if not persons:
        return 0
    asked: dict[str, Any] = {"persons": list(persons), **LAWS, "now": now, "by": by}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, asked)
        cursor.execute(DECIDE, asked)
        return int(cursor.fetchone()[0])
