"""Whose claims are whose: a milestone of a person is owed once, whichever of their leads brought it (I14)."""

import json
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from identity.queries.statements import rows
from identity.rules import ClaimState

# What the partner answered weighs most; what was never sent, least.
RANKS = {
    ClaimState.PAID: 0,
    ClaimState.REJECTED: 1,
    ClaimState.EXPIRED: 1,
    ClaimState.GENERATED: 2,
    ClaimState.EXPECTED: 3,
}
RANKED = json.dumps({str(state): rank for state, rank in RANKS.items()})
# Of the claims of a person's leads for one milestone, the strongest counts; then that of the earliest lead.
OWNED = """
    WITH owned AS (
        SELECT c.id, l.person_id AS owner,
               row_number() OVER (PARTITION BY l.person_id, c.milestone
                   ORDER BY (%(ranks)s::jsonb ->> c.state)::int, d.lead_date, c.id) AS place
          FROM identity_link l
          JOIN identity_claim c ON c.source_pk = l.source_pk
          LEFT JOIN identity_lead d ON d.source_pk = l.source_pk
         WHERE l.source = 'cabinet_lead' AND l.person_id = ANY(%(persons)s::uuid[]))
"""
# First who must wait, then who counts: the unique index would not bear both at once.
RELEASE = f"""
    {OWNED}
    UPDATE identity_claim c SET person_id = NULL
     WHERE c.person_id IS NOT NULL
       AND (EXISTS (SELECT 1 FROM owned o WHERE o.id = c.id AND (o.place > 1 OR o.owner <> c.person_id))
            OR (c.person_id = ANY(%(persons)s::uuid[])
                AND NOT EXISTS (SELECT 1 FROM owned o WHERE o.id = c.id)))
    RETURNING 1
"""  # noqa: S608 - a constant
HOLD = f"""
    {OWNED}
    UPDATE identity_claim c SET person_id = o.owner
      FROM owned o WHERE o.id = c.id AND o.place = 1 AND c.person_id IS DISTINCT FROM o.owner
    RETURNING 1
"""  # noqa: S608 - a constant
# Jobs link leads whose claims came first. What the partner paid must not wait behind what we only expect:
# that would be claimed again.
WAITING = """
    SELECT DISTINCT l.person_id, c.milestone
      FROM identity_link l
      JOIN identity_claim c ON c.source_pk = l.source_pk AND c.person_id IS NULL
     WHERE l.source = 'cabinet_lead' AND l.person_id = ANY(%(persons)s::uuid[])
       AND NOT EXISTS (SELECT 1 FROM identity_claim o
                        WHERE o.person_id = l.person_id AND o.milestone = c.milestone
                          AND (%(ranks)s::jsonb ->> o.state)::int <= (%(ranks)s::jsonb ->> c.state)::int)
"""


@transaction.atomic
def settle_claims(*, persons: Collection[UUID]) -> int:
    """Give each milestone of these persons its one claim; others wait without a person. Return rows changed.

    In the caller's transaction, two statements.
    """
    if not persons:
        return 0
    asked = {"persons": list(persons), "ranks": RANKED}
    return len(rows(RELEASE, **asked)) + len(rows(HOLD, **asked))


def adopt_claims(*, persons: Collection[UUID]) -> int:
    """Settle the claims of those for whom a stronger one waits than the one that counts, if any does.

    In the caller's transaction; one statement where none waits. Returns for how many milestones one did.
    """
    waiting = rows(WAITING, persons=list(persons), ranks=RANKED)
    settle_claims(persons={person for person, _milestone in waiting})
    return len(waiting)
