"""Which counters differ from their entries? None, unless something moved an entry without its tally."""

from typing import NamedTuple

from django.db import connection

from campaigns.rules import EntryState

_COUNTED = ", ".join(f"count(e.id) FILTER (WHERE e.state = '{state}') AS {state}" for state in EntryState)
_EACH = ", ".join(f"('{state}', t.{state}, c.{state})" for state in EntryState)
# One pass over the entries; a repeatable report needs the snapshot of one statement.
ADRIFT = f"""
    SELECT b.code, v.state, v.counted, v.there
      FROM campaigns_tally t JOIN campaigns_campaign b ON b.id = t.campaign_id
      JOIN (SELECT k.campaign_id, count(e.id) AS entries, {_COUNTED}
              FROM campaigns_tally k LEFT JOIN campaigns_entry e ON e.campaign_id = k.campaign_id
             GROUP BY k.campaign_id) c ON c.campaign_id = t.campaign_id
     CROSS JOIN LATERAL (VALUES ('entries', t.entries, c.entries), {_EACH}) AS v(state, counted, there)
     WHERE v.counted <> v.there ORDER BY b.id, v.state
"""  # noqa: S608 - made of our own enum


class Drift(NamedTuple):
    """A campaign's counter that says something else than its entries."""

    batch_id: str
    state: str
    counted: int
    there: int


def tallies_adrift() -> list[Drift]:
    """Return the counters of campaigns that are wrong; there should be none. One query over all entries."""
    with connection.cursor() as cursor:
        cursor.execute(ADRIFT)
        return [Drift(*row) for row in cursor.fetchall()]
