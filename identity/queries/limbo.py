"""Where every lead is stuck: the rows of limbo, counted and filtered in one statement."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from identity.queries.statements import rows, streamed
from identity.rules import LimboReason, LimboStage, NextAction, Reason

# What a list may be narrowed to, the same for every list and its export: they can never disagree.
NARROWED = """
    (%(stages)s::text[] IS NULL OR limbo_stage = ANY(%(stages)s))
    AND (%(reason)s::text IS NULL OR reason_detail = %(reason)s)
    AND (%(week)s::date IS NULL OR week_start = date_trunc('week', %(week)s::timestamp)::date)
    AND (%(date_from)s::date IS NULL OR lead_date >= %(date_from)s)
    AND (%(date_to)s::date IS NULL OR lead_date <= %(date_to)s)
"""
COLUMNS = """
    lead_id, lead_source_pk, lead_date, week_start, age_days, person_key, linked_at, driver_id, trips_14d,
    window_end, window_open, days_left, reached_m1, reached_m5, reached_m25, claims_expected, claims_missing,
    expected_amount, currency, has_claim_m1, has_claim_m5, has_claim_m25, limbo_stage, reason_detail,
    next_action
"""
NEWEST_FIRST = "ORDER BY lead_date DESC NULLS LAST, lead_id DESC"
# The view is read once: page and counts are of one moment, and it is the view that costs.
PAGE = f"""
    WITH found AS MATERIALIZED (SELECT {COLUMNS} FROM v_cabinet_leads_limbo WHERE {NARROWED}),
    counted AS (SELECT limbo_stage, reason_detail, count(*) AS leads, sum(expected_amount) AS expected
                  FROM found GROUP BY 1, 2),
    page AS (SELECT * FROM found {NEWEST_FIRST} LIMIT %(limit)s OFFSET %(offset)s)
    SELECT (SELECT jsonb_agg(jsonb_build_array(limbo_stage, reason_detail, leads, expected::text))
              FROM counted), page.*
      FROM (SELECT 1) AS always LEFT JOIN page ON true {NEWEST_FIRST}
"""  # noqa: S608 - constants
ALL = f"SELECT {COLUMNS} FROM v_cabinet_leads_limbo WHERE {NARROWED} {NEWEST_FIRST}"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class LimboChoice:
    """What a list is narrowed to; `week` is any day of it, dates include their ends, None narrows nothing."""

    stages: tuple[LimboStage, ...] | None = None
    reason: Reason | LimboReason | None = None
    week: date | None = None
    date_from: date | None = None
    date_to: date | None = None

    def params(self) -> dict[str, Any]:
        """Return the values of `NARROWED`."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return values | {"stages": list(self.stages) if self.stages else None}


@dataclass(frozen=True, slots=True)
class LimboRow:
    """A lead, how far it came, and what brings it on. Amounts in `currency`."""

    lead_id: int
    lead_source_pk: str
    lead_date: date | None
    week_start: date | None
    age_days: int | None
    person_key: UUID | None
    linked_at: datetime | None
    driver_id: str | None
    trips_14d: int | None
    window_end: date | None
    window_open: bool | None
    days_left: int | None
    reached_m1: bool
    reached_m5: bool
    reached_m25: bool
    claims_expected: int
    claims_missing: int
    expected_amount: Decimal
    currency: str
    has_claim_m1: bool
    has_claim_m5: bool
    has_claim_m25: bool
    limbo_stage: LimboStage
    reason_detail: str
    next_action: NextAction


@dataclass(frozen=True, slots=True)
class LimboSummary:
    """What the chosen leads are, all pages together."""

    total: int
    by_stage: Mapping[LimboStage, int]
    by_reason: Mapping[str, int]
    expected_amount: Decimal


@dataclass(frozen=True, slots=True)
class LimboPage:
    """One page and the summary of all."""

    rows: tuple[LimboRow, ...]
    summary: LimboSummary


def limbo(*, chosen: LimboChoice, limit: int, offset: int = 0) -> LimboPage:
    """Return a page of leads with their stage, newest first, and what all of them are. One query."""
    found = rows(PAGE, limit=limit, offset=offset, **chosen.params())
    counted = json.loads(found[0][0] or "[]")
    listed = (LimboRow(*values) for _counted, *values in found if values[0] is not None)
    return LimboPage(tuple(listed), _summary(counted))


def all_limbo(*, chosen: LimboChoice) -> Iterator[LimboRow]:
    """Yield all chosen leads in the list's order. One query."""
    return (LimboRow(*values) for values in streamed(ALL, **chosen.params()))


def _summary(counted: list[tuple[str, str, int, str]]) -> LimboSummary:
    by_stage = dict.fromkeys(LimboStage, 0)
    by_reason: dict[str, int] = {}
    for stage, reason, leads, _amount in counted:
        by_stage[LimboStage(stage)] += leads
        by_reason[reason] = by_reason.get(reason, 0) + leads
    expected = sum((Decimal(amount) for *_words, amount in counted), Decimal(0))
    return LimboSummary(sum(by_stage.values()), by_stage, by_reason, expected)
