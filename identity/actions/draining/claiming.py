"""What the partner owes becomes claims: one for each milestone that a person reached, once (I14)."""

import json
from typing import Any
from uuid import UUID

from identity.actions.evidence import read_evidence
from identity.actions.settling import adopt_claims
from identity.models import IdentitySettings
from identity.queries.statements import row, rows
from identity.rules import WINDOW_DAYS, ClaimState, Source
from tenants.jobs.runner import Run

PERSONS = 5_000

COUNT = "SELECT count(DISTINCT person_id) FROM identity_link WHERE source = %(cabinet)s"
PAGE = """
    SELECT DISTINCT person_id FROM identity_link
     WHERE source = %(cabinet)s AND person_id > %(after)s ORDER BY person_id LIMIT %(size)s
"""
# For each milestone that a person reached, the earliest lead whose window reaches it. The trips of a lead's
# window are summed over all accounts of the person; LATERAL, so that each window reads its own days only.
REACHED = """
    SELECT DISTINCT ON (k.person_id, m.code) k.person_id, m.code, m.amount, l.source_pk
      FROM identity_link k
      JOIN identity_lead l ON l.source_pk = k.source_pk AND l.lead_date IS NOT NULL
     CROSS JOIN LATERAL (
           SELECT sum(t.trips) AS trips
             FROM identity_link d
             JOIN identity_tripday t ON t.driver_id = d.source_pk
              AND t.day >= l.lead_date AND t.day < l.lead_date + %(days)s
            WHERE d.person_id = k.person_id AND d.source = %(driver)s) AS made
      JOIN jsonb_to_recordset(%(milestones)s::jsonb) AS m(code text, trips int, amount numeric)
        ON made.trips >= m.trips
     WHERE k.source = %(cabinet)s AND k.person_id = ANY(%(persons)s)
     ORDER BY k.person_id, m.code, l.lead_date, l.happened_at, l.id
"""
# What the partner has answered is never touched: only an expected claim moves, by whichever lead it stands.
# Both writes see the claims as they were before, so what is promoted is not inserted beside.
WRITE = f"""
    WITH reached AS ({REACHED}),
    promoted AS (
        UPDATE identity_claim c SET state = %(generated)s, job = %(job)s, changed_at = statement_timestamp()
          FROM reached r
         WHERE c.person_id = r.person_id AND c.milestone = r.code AND c.state = %(expected)s
        RETURNING 1),
    inserted AS (
        INSERT INTO identity_claim (source_pk, person_id, milestone, state, amount, currency, job)
        SELECT r.source_pk, r.person_id, r.code, %(generated)s, r.amount, %(currency)s, %(job)s
          FROM reached r
         WHERE NOT EXISTS (SELECT 1 FROM identity_claim o
                            WHERE o.person_id = r.person_id AND o.milestone = r.code)
            ON CONFLICT DO NOTHING  -- a file may bring the same claim at this moment
        RETURNING 1)
    SELECT (SELECT count(*) FROM reached), (SELECT count(*) FROM inserted), (SELECT count(*) FROM promoted)
"""  # noqa: S608 - constants
NOBODY = UUID(int=0)


def generate_claims(run: Run) -> dict[str, int]:
    """Write a claim for each reached milestone that has none, 5,000 persons a commit; again, it writes none.

    Returns persons processed, milestones reached, claims generated, promoted (expected before), adopted (came
    in before their lead was linked, or is stronger than the one that counted).
    """
    after = run.cursor.get("after", str(NOBODY))
    total = row(COUNT, cabinet=Source.CABINET)[0]
    while persons := [key for (key,) in rows(PAGE, cabinet=Source.CABINET, after=after, size=PERSONS)]:
        after = str(persons[-1])
        with run.chunk() as chunk:
            # Nobody is merged while claims are written.
            read_evidence()
            made = claims_of(persons=persons, job=run.job_id)
            # Persons who came meanwhile are looked at too, and a bar never runs past its end.
            total = max(total, run.done + len(persons))
            chunk.advance(len(persons), total=total, cursor={"after": after}, **made)
    return {"processed": run.done} | _counts() | run.counters


def claims_of(*, persons: list[UUID], job: UUID | None) -> dict[str, int]:
    """Write the missing claims of some persons in the caller's transaction; return counts. Three queries."""
    settings = IdentitySettings.objects.filter(id=1).first() or IdentitySettings()
    words: dict[str, Any] = {"cabinet": Source.CABINET, "expected": ClaimState.EXPECTED, "persons": persons}
    adopted = adopt_claims(persons=persons)
    reached, generated, promoted = row(
        WRITE,
        **words,
        driver=Source.DRIVER,
        generated=ClaimState.GENERATED,
        days=WINDOW_DAYS,
        milestones=json.dumps(settings.milestones),
        currency=settings.currency,
        job=job,
    )
    return _counts() | {
        "reached": reached,
        "generated": generated,
        "promoted": promoted,
        "adopted": adopted,
    }


def _counts() -> dict[str, int]:
    return dict.fromkeys(("reached", "generated", "promoted", "adopted"), 0)
