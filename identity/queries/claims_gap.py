"""Milestones that were reached and that nobody has claimed: who, since when, how much."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from identity.queries.limbo import NARROWED, NEWEST_FIRST, LimboChoice
from identity.queries.statements import rows, streamed

CLAIM_NOT_GENERATED = "CLAIM_NOT_GENERATED"
COLUMNS = """
    lead_id, lead_source_pk, lead_date, week_start, person_key, driver_id, trips_14d, window_end, milestone,
    coalesce((SELECT m.amount FROM identity_identitysettings s,
                     jsonb_to_recordset(s.milestones) AS m (code text, amount numeric)
               WHERE m.code = milestone), 0) AS amount, currency, is_expected
"""
# A claim that the partner is only expected to make is a gap too, but a known one.
GAPS = f"""
    FROM (SELECT whole.*, milestone,
                 EXISTS (SELECT 1 FROM identity_claim c WHERE c.person_id = whole.person_key
                            AND c.milestone = missing.milestone) AS is_expected
            FROM v_cabinet_leads_limbo AS whole
           CROSS JOIN LATERAL unnest(whole.missing_milestones) AS missing (milestone)
           WHERE {NARROWED} AND whole.claims_missing > 0
             AND (%(milestone)s::text IS NULL OR missing.milestone = %(milestone)s)) AS gap
"""  # noqa: S608 - constants
PAGE = f"""
    WITH found AS MATERIALIZED (SELECT {COLUMNS} {GAPS}),
    counted AS (SELECT milestone, count(*) AS claims, sum(amount) AS amount FROM found GROUP BY 1),
    page AS (SELECT * FROM found {NEWEST_FIRST}, amount, milestone LIMIT %(limit)s OFFSET %(offset)s)
    SELECT (SELECT jsonb_agg(jsonb_build_array(milestone, claims, amount::text) ORDER BY amount, milestone)
              FROM counted), page.*
      FROM (SELECT 1) AS always LEFT JOIN page ON true {NEWEST_FIRST}, amount, milestone
"""  # noqa: S608 - constants
ALL = f"SELECT {COLUMNS} {GAPS} {NEWEST_FIRST}, amount, milestone"


@dataclass(frozen=True, slots=True)
class ClaimGap:
    """A reached milestone of a lead without a claim; `is_expected` if one is at least written down."""

    lead_id: int
    lead_source_pk: str
    lead_date: date
    week_start: date
    person_key: UUID
    driver_id: str
    trips_14d: int
    window_end: date
    milestone: str
    amount: Decimal
    currency: str
    is_expected: bool
    gap: str = CLAIM_NOT_GENERATED


@dataclass(frozen=True, slots=True)
class GapOfMilestone:
    """The unclaimed of one milestone."""

    milestone: str
    claims: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ClaimsGapPage:
    """One page of gaps, and all of them by milestone."""

    rows: tuple[ClaimGap, ...]
    by_milestone: tuple[GapOfMilestone, ...]

    @property
    def total(self) -> int:
        """All gaps."""
        return sum(one.claims for one in self.by_milestone)

    @property
    def amount(self) -> Decimal:
        """What is not claimed, all together."""
        return sum((one.amount for one in self.by_milestone), Decimal(0))


def claims_gap(*, chosen: LimboChoice, milestone: str | None, limit: int, offset: int = 0) -> ClaimsGapPage:
    """Return a page of gaps, newest leads first, and what all of them are. One query."""
    found = rows(PAGE, milestone=milestone, limit=limit, offset=offset, **chosen.params())
    counted = json.loads(found[0][0] or "[]")
    return ClaimsGapPage(
        tuple(ClaimGap(*values) for _counted, *values in found if values[0] is not None),
        tuple(GapOfMilestone(code, claims, Decimal(amount)) for code, claims, amount in counted),
    )


def all_claims_gap(*, chosen: LimboChoice, milestone: str | None) -> Iterator[ClaimGap]:
    """Yield all gaps in the list's order. One query."""
    return (ClaimGap(*values) for values in streamed(ALL, milestone=milestone, **chosen.params()))
