"""What the partner owes for each lead with a driver, and what became of it in fourteen days."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from identity.models import IdentitySettings
from identity.models.settings import shipped_milestones
from identity.queries.limbo import NARROWED, NEWEST_FIRST, LimboChoice
from identity.queries.statements import rows, streamed
from identity.rules import LimboStage

COLUMNS = """
    lead_id, lead_source_pk, lead_date, week_start, person_key, driver_id, trips_14d, window_end, window_open,
    reached_m1, reached_m5, reached_m25, claims_expected, claims_missing, limbo_stage, currency,
    expected_amount
"""
# Each milestone is owed by itself: what was paid above one's worth pays for no other, and a closed claim
# settles all of its milestone, whatever it asked for.
# Only claims of milestones that this lead is expected to bring: a person's other leads bring theirs.
FOUND = f"""
    chosen AS MATERIALIZED (
        SELECT {COLUMNS}, expected_milestones FROM v_cabinet_leads_limbo
         WHERE {NARROWED} AND lead_date IS NOT NULL AND driver_id IS NOT NULL),
    worth AS (
        SELECT m.code, m.amount
          FROM jsonb_to_recordset(coalesce(
                   (SELECT milestones FROM identity_identitysettings WHERE id = 1), %(shipped)s::jsonb))
               AS m (code text, amount numeric)),
    answered AS (
        SELECT f.lead_id, sum(c.amount) FILTER (WHERE c.state = 'paid') AS paid,
               sum(c.amount) FILTER (WHERE c.state = 'generated') AS claimed,
               sum(c.amount) FILTER (WHERE c.state = ANY(ARRAY['rejected', 'expired'])) AS closed,
               sum(CASE WHEN c.state = 'paid' THEN least(c.amount, w.amount)
                        WHEN c.state = ANY(ARRAY['rejected', 'expired']) THEN w.amount END) AS settled
          FROM chosen f JOIN identity_claim c ON c.person_id = f.person_key
                                             AND c.milestone = ANY(f.expected_milestones)
                        JOIN worth w ON w.code = c.milestone
         WHERE f.claims_expected > 0 GROUP BY f.lead_id),
    found AS (
        SELECT {COLUMNS.replace("lead_id", "chosen.lead_id", 1)},
               coalesce(paid, 0) AS paid_amount, coalesce(claimed, 0) AS claimed_amount,
               coalesce(closed, 0) AS closed_amount, expected_amount - coalesce(settled, 0) AS due_amount
          FROM chosen LEFT JOIN answered ON answered.lead_id = chosen.lead_id)
"""  # noqa: S608 - constants
PAGE = f"""
    WITH {FOUND},
    counted AS (
        SELECT count(*) AS leads, count(*) FILTER (WHERE trips_14d > 0) AS with_trips,
               sum(claims_expected) AS expected, sum(claims_missing) AS missing,
               sum(expected_amount) AS amount, sum(paid_amount) AS paid, sum(claimed_amount) AS claimed,
               sum(closed_amount) AS closed, sum(due_amount) AS due
          FROM found),
    page AS (SELECT * FROM found {NEWEST_FIRST} LIMIT %(limit)s OFFSET %(offset)s)
    SELECT (SELECT jsonb_build_array(leads, with_trips, coalesce(expected, 0), coalesce(missing, 0),
                                     coalesce(amount, 0)::text, coalesce(paid, 0)::text,
                                     coalesce(claimed, 0)::text, coalesce(closed, 0)::text,
                                     coalesce(due, 0)::text)
              FROM counted), page.*
      FROM (SELECT 1) AS always LEFT JOIN page ON true {NEWEST_FIRST}
"""  # noqa: S608 - constants
SHIPPED = json.dumps(shipped_milestones())  # what a tenant without settings expects
ALL = f"WITH {FOUND} SELECT * FROM found {NEWEST_FIRST}"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A lead with a driver: trips of its window and what they are worth. Amounts in `currency`.

    `claimed_amount` waits for the partner's answer, `closed_amount` was rejected or expired; due is what of
    each milestone is neither paid nor closed.
    """

    lead_id: int
    lead_source_pk: str
    lead_date: date
    week_start: date
    person_key: UUID
    driver_id: str
    trips_14d: int
    window_end: date
    window_open: bool
    reached_m1: bool
    reached_m5: bool
    reached_m25: bool
    claims_expected: int
    claims_missing: int
    limbo_stage: LimboStage
    currency: str
    expected_amount: Decimal
    paid_amount: Decimal
    claimed_amount: Decimal
    closed_amount: Decimal
    due_amount: Decimal


@dataclass(frozen=True, slots=True)
class MoneySummary:
    """What all chosen leads are worth; amounts are the sums of their rows'."""

    total: int
    with_trips_14d: int
    claims_expected: int
    claims_missing: int
    expected_amount: Decimal
    paid_amount: Decimal
    claimed_amount: Decimal
    closed_amount: Decimal
    due_amount: Decimal


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """One page, and what all leads are worth."""

    rows: tuple[MoneyRow, ...]
    summary: MoneySummary


def currency() -> str:
    """Return the ISO code of the tenant's amounts. One query."""
    settings = IdentitySettings.objects.filter(id=1).first() or IdentitySettings()
    return settings.currency


def money(*, chosen: LimboChoice, limit: int, offset: int = 0) -> MoneyPage:
    """Return a page of leads with a driver, newest first, and what all of them are worth. One query."""
    found = rows(PAGE, limit=limit, offset=offset, shipped=SHIPPED, **chosen.params())
    total, trips, expected, missing, *amounts = json.loads(found[0][0])
    summary = MoneySummary(total, trips, expected, missing, *map(Decimal, amounts))
    listed = (MoneyRow(*values) for _counted, *values in found if values[0] is not None)
    return MoneyPage(tuple(listed), summary)


def all_money(*, chosen: LimboChoice) -> Iterator[MoneyRow]:
    """Yield all chosen leads in the list's order. One query."""
    return (MoneyRow(*values) for values in streamed(ALL, shipped=SHIPPED, **chosen.params()))
