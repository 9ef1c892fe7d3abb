"""Checks over whole tables that what is said to be linked is linked, and that the numbers add up (I19).

Each is one statement, so that it sees one moment, and writes nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from identity.queries.statements import row
from identity.rules import BACKLOG_IN, ORIGIN_KINDS, QueueStatus, Source

SHOWN = 50


class Guardrail(StrEnum):
    """What is checked, by the names of the first system's scripts."""

    DRAIN = "kpi_red_drain"
    KEY = "source_pk_consistency"
    ORIGIN = "identity_origin_creation"
    NUMBERS = "kpi_red_numbers"


class Standing(StrEnum):
    """How a check ended; nothing to check is no pass that anybody should rely on."""

    PASSED = "pass"
    FAILED = "fail"
    VACUOUS = "vacuous"


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rows a check looked at, how many offend, and the first of those with the reason."""

    guardrail: Guardrail
    checked: int
    offending: int
    offenders: list[dict[str, Any]]

    @property
    def standing(self) -> Standing:
        """Say how it ended."""
        if self.offending:
            return Standing.FAILED
        return Standing.PASSED if self.checked else Standing.VACUOUS

    def told(self) -> dict[str, Any]:
        """Return it as programs read it."""
        return {
            "guardrail": str(self.guardrail),
            "status": str(self.standing),
            "vacuous": self.standing is Standing.VACUOUS,
            "checked": self.checked,
            "offenders_count": self.offending,
            "offenders": self.offenders,
        }


# A matched row whose lead is gone is not red: nobody is waiting for it.
DRAIN = """
    looked AS (SELECT source_pk FROM identity_queueitem WHERE status = %(matched)s),
    offending AS (
        SELECT q.source_pk AS lead_source_pk, 'matched_but_red' AS reason
          FROM looked q JOIN identity_lead l ON l.source_pk = q.source_pk
         WHERE NOT EXISTS (SELECT 1 FROM identity_link k
                            WHERE k.source = %(cabinet)s AND k.source_pk = q.source_pk))
"""
KEY = """
    looked AS (SELECT source_pk, person_id FROM identity_link WHERE source = %(cabinet)s),
    offending AS (
        SELECT k.source_pk AS lead_source_pk, 'orphan_link' AS reason, k.person_id AS person_key
          FROM looked k
         WHERE NOT EXISTS (SELECT 1 FROM identity_lead l WHERE l.source_pk = k.source_pk))
"""
# A person known by accounts alone has no kind of origin; everybody else must have one.
ORIGIN = """
    looked AS (
        SELECT person_id, source_pk, true AS is_origin FROM identity_origin WHERE kind = %(cabinet)s
         UNION ALL
        SELECT DISTINCT person_id, '', false FROM identity_link WHERE source = ANY(%(kinds)s)),
    offending AS (
        SELECT o.source_pk AS lead_source_pk, o.person_id AS person_key,
               CASE WHEN k.person_id IS NULL THEN 'origin_without_link' ELSE 'link_of_another_person' END
                 AS reason
          FROM looked o
          LEFT JOIN identity_link k ON k.source = %(cabinet)s AND k.source_pk = o.source_pk
         WHERE o.is_origin AND k.person_id IS DISTINCT FROM o.person_id
         UNION ALL
        SELECT NULL, p.person_id, 'linked_without_origin'
          FROM looked p
         WHERE NOT p.is_origin
           AND NOT EXISTS (SELECT 1 FROM identity_origin o WHERE o.person_id = p.person_id))
"""
# What entered less what left is 1 for a red lead and 0 for any other, or some day's numbers are wrong (I15).
# And the days as they are shown: each begins where the one before ended, the last ends with what is red.
NUMBERS = """
    live AS (
        SELECT l.source_pk FROM identity_lead l
         WHERE NOT EXISTS (SELECT 1 FROM identity_link k
                            WHERE k.source = %(cabinet)s AND k.source_pk = l.source_pk)),
    booked AS (
        SELECT source_pk, sum(CASE WHEN kind = ANY(%(coming)s) THEN 1 ELSE -1 END) AS balance
          FROM identity_backlogevent GROUP BY source_pk),
    leads AS (
        SELECT coalesce(live.source_pk, booked.source_pk) AS source_pk, coalesce(balance, 0) AS balance,
               (live.source_pk IS NOT NULL)::int AS is_red
          FROM live FULL JOIN booked ON booked.source_pk = live.source_pk),
    days AS (
        SELECT metric_date, backlog_start, backlog_end,
               backlog_start + new_backlog_in - matched_out - other_out AS reckoned,
               lag(backlog_end, 1, 0::bigint) OVER (ORDER BY metric_date) AS before,
               CASE WHEN lead(metric_date) OVER (ORDER BY metric_date) IS NULL
                    THEN (SELECT count(*) FROM live) ELSE backlog_end END AS after
          FROM v_cabinet_kpi_red_recovery_metrics_daily),
    looked AS (SELECT source_pk FROM leads UNION ALL SELECT metric_date::text FROM days),
    offending AS (
        SELECT source_pk AS lead_source_pk, NULL::date AS metric_date, balance, is_red::bigint AS expected,
               CASE WHEN is_red = 1 THEN 'red_but_not_booked' ELSE 'booked_but_not_red' END AS reason
          FROM leads WHERE balance <> is_red
         UNION ALL
        SELECT NULL, metric_date, backlog_start, before, 'start_is_not_the_end_before'
          FROM days WHERE backlog_start <> before
         UNION ALL
        SELECT NULL, metric_date, backlog_end, reckoned, 'end_does_not_add_up'
          FROM days WHERE backlog_end <> reckoned
         UNION ALL
        SELECT NULL, metric_date, backlog_end, after, 'end_is_not_the_live_backlog'
          FROM days WHERE backlog_end <> after)
"""
STATEMENTS: Mapping[Guardrail, str] = {
    Guardrail.DRAIN: DRAIN,
    Guardrail.KEY: KEY,
    Guardrail.ORIGIN: ORIGIN,
    Guardrail.NUMBERS: NUMBERS,
}
CHECK = """
    WITH {those}
    SELECT (SELECT count(*) FROM looked), (SELECT count(*) FROM offending),
           (SELECT coalesce(jsonb_agg(o), '[]')
              FROM (SELECT * FROM offending ORDER BY lead_source_pk, reason LIMIT %(shown)s) AS o)
"""


def verify(*, guardrail: Guardrail, shown: int = SHOWN) -> Checked:
    """Check one thing over its whole table; return what was found, up to `shown` offenders. One query."""
    checked, offending, offenders = row(
        CHECK.format(those=STATEMENTS[guardrail]),
        shown=shown,
        cabinet=Source.CABINET,
        matched=QueueStatus.MATCHED,
        kinds=list(ORIGIN_KINDS),
        coming=list(BACKLOG_IN),
    )
    return Checked(guardrail, checked, offending, _loaded(offenders))


def verify_all(*, shown: int = SHOWN) -> list[Checked]:
    """Check everything. One query each."""
    return [verify(guardrail=guardrail, shown=shown) for guardrail in Guardrail]


def _loaded(offenders: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(offenders) if isinstance(offenders, str) else offenders
    return found
