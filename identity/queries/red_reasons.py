"""Why the leads that are red now are red, by their last decision (I6); and since when there are any."""

from dataclasses import dataclass
from datetime import date

from identity.queries.statements import row, rows
from identity.rules import LimboReason, Reason

# Undated leads stand apart: lists show them by their missing date first.
BY_REASON = """
    SELECT lead_date IS NULL, coalesce(reason, 'NOT_TRIED'), count(*)
      FROM v_cabinet_kpi_red_backlog GROUP BY 1, 2
"""
FIRST_DAY = """
    SELECT ((SELECT min(happened_at) FROM identity_backlogevent) AT TIME ZONE timezone)::date
      FROM public.tenants_tenant WHERE schema_name = current_schema()
"""


@dataclass(frozen=True, slots=True)
class RedReasons:
    """Red leads with a date by reason, in the order of I6, untried last; and those without a date."""

    by_reason: dict[Reason | LimboReason, int]
    undated: int


def first_day() -> date | None:
    """Return the day, of the tenant's, on which a lead first entered the backlog. One query."""
    found: date | None = row(FIRST_DAY)[0]
    return found


def red_reasons() -> RedReasons:
    """Count the red leads of now by reason. One query."""
    order: tuple[Reason | LimboReason, ...] = (*Reason, LimboReason.NOT_TRIED)
    dated: dict[str, int] = {}
    undated = 0
    for is_undated, reason, leads in rows(BY_REASON):
        if is_undated:
            undated += leads
        else:
            dated[reason] = leads
    return RedReasons({reason: dated[reason] for reason in order if reason in dated}, undated)
