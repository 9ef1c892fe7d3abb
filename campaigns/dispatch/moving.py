"""How does an entry move, so that its campaign's tally always tells the truth?

Whoever moves holds the tally first: it is its campaign's lock. Locks are taken in one order: provider,
account, tallies by campaign, entries, attempts. Rows are locked without their keys, so that a webhook, which
only refers to its provider, waits for nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.dispatch.arrays import plain
from campaigns.rules import FINAL, EntryReason, EntryState, NextAction
from tenants.actions.announcing import announce

STATES = tuple(EntryState)
NEXT_ACTIONS: Mapping[EntryState, NextAction] = {
    EntryState.QUEUED: NextAction.DIAL,
    EntryState.RETRY_WAIT: NextAction.DIAL,
    EntryState.CLAIMED: NextAction.WAIT,
    EntryState.DIALING: NextAction.WAIT,
    EntryState.IN_CALL: NextAction.WAIT,
    EntryState.UNCONFIRMED: NextAction.WAIT,
    EntryState.ON_HOLD: NextAction.CURE,
    EntryState.NEEDS_REVIEW: NextAction.REVIEW,
    **dict.fromkeys(FINAL, NextAction.NOTHING),
}
_FINAL = ", ".join(f"'{state}'" for state in FINAL)
_DELTAS = ", ".join(f"sum((state = '{one}')::int - (was = '{one}')::int) AS {one}" for one in STATES)
_ADDED = ", ".join(f"{one} = t.{one} + d.{one}" for one in STATES)

HOLD = "SELECT campaign_id FROM campaigns_tally WHERE campaign_id = ANY(%s) ORDER BY campaign_id FOR UPDATE"
# One statement, so that an entry and its count can never part. Who moved meanwhile is left alone (J2).
MOVE = f"""
    WITH asked AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(was)s::text[], %(to)s::text[], %(actions)s::text[],
                             %(reasons)s::text[], %(earliest)s::timestamptz[], %(phones)s::smallint[],
                             %(arms)s::bigint[])
            AS v(id, was, state, next_action, reason, earliest_at, next_phone, arm)
    ), moved AS (
        UPDATE campaigns_entry e
           SET state = v.state, next_action = v.next_action, reason = v.reason, moved_at = %(now)s,
               earliest_at = coalesce(v.earliest_at, e.earliest_at),
               next_phone = coalesce(v.next_phone, e.next_phone), arm_id = coalesce(e.arm_id, v.arm),
               finished_at = CASE WHEN v.state IN ({_FINAL}) THEN %(now)s END
          FROM asked v WHERE e.id = v.id AND e.state = v.was
        RETURNING e.id, e.campaign_id, v.was, v.state
    ), d AS (
        SELECT campaign_id, {_DELTAS} FROM moved GROUP BY campaign_id
    ), tallied AS (
        UPDATE campaigns_tally t SET {_ADDED}, version = t.version + 1
          FROM d WHERE t.campaign_id = d.campaign_id
    )
    SELECT id FROM moved
"""  # noqa: S608 - made of our own enum
COUNT = f"""
    UPDATE campaigns_tally t
       SET entries = t.entries + %(entries)s, {", ".join(f"{one} = t.{one} + %({one})s" for one in STATES)},
           version = t.version + 1
     WHERE campaign_id = %(campaign)s
"""  # noqa: S608 - made of our own enum
ADD = """
    UPDATE campaigns_tally t
       SET calls = t.calls + v.calls, dialled = t.dialled + v.dialled, reached = t.reached + v.reached,
           promised = t.promised + v.promised, charged = t.charged + v.charged,
           reserved = t.reserved + v.reserved, talk_ms = t.talk_ms + v.talk_ms, turn = t.turn + v.turn,
           version = t.version + 1
      FROM unnest(%(campaigns)s::bigint[], %(calls)s::int[], %(dialled)s::int[], %(reached)s::int[],
                  %(promised)s::int[], %(charged)s::numeric[], %(reserved)s::numeric[], %(talk_ms)s::bigint[],
                  %(turns)s::float8[])
           AS v(campaign_id, calls, dialled, reached, promised, charged, reserved, talk_ms, turn)
     WHERE t.campaign_id = v.campaign_id
"""
# A campaign ends with its last entry; one without entries has not begun.
COMPLETE = f"""
    UPDATE campaigns_campaign c SET state = 'completed', completed_at = %(now)s
      FROM campaigns_tally t
     WHERE c.id = ANY(%(campaigns)s) AND t.campaign_id = c.id AND c.state IN ('running', 'paused')
       AND t.entries > 0 AND t.entries = {" + ".join(f"t.{one}" for one in FINAL)}
    RETURNING c.id, c.code
"""  # noqa: S608 - made of our own enum


@dataclass(frozen=True, slots=True)
class Move:
    """One entry's step; without `earliest_at` or `next_phone` those stay, and an arm once given stays."""

    entry: int
    was: EntryState
    to: EntryState
    reason: EntryReason
    earliest_at: datetime | None = None
    next_phone: int | None = None
    arm: int | None = None


@dataclass(slots=True)
class Figures:
    """What a campaign's tally grows by, beside its states."""

    calls: int = 0
    dialled: int = 0
    reached: int = 0
    promised: int = 0
    charged: Any = 0
    reserved: Any = 0
    talk_ms: int = 0
    turn: float = 0.0


def hold(campaigns: Iterable[int]) -> None:
    """Lock campaigns, by their tallies, until the transaction ends. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [sorted(set(campaigns))])


def move(moves: Collection[Move], *, now: datetime) -> set[int]:
    """Move entries that still stand where they are said to, tally included; return who moved.

    One statement.
    """
    if not moves:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE,
            {
                "ids": plain(one.entry for one in moves),
                "was": plain(one.was for one in moves),
                "to": plain(one.to for one in moves),
                "actions": plain(NEXT_ACTIONS[one.to] for one in moves),
                "reasons": plain(one.reason for one in moves),
                "earliest": plain(one.earliest_at and one.earliest_at.isoformat() for one in moves),
                "phones": plain(one.next_phone for one in moves),
                "arms": plain(one.arm for one in moves),
                "now": now,
            },
        )
        return {entry for (entry,) in cursor.fetchall()}


def count_new(*, campaign: int, states: Mapping[EntryState, int]) -> None:
    """Tally entries that were just written, by their first state. One statement."""
    counts = {str(state): states.get(state, 0) for state in STATES}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"campaign": campaign, "entries": sum(counts.values()), **counts})


def add_figures(figures: Mapping[int, Figures]) -> None:
    """Add calls, money and talk to tallies. One statement."""
    if not figures:
        return
    rows = list(figures.values())
    with connection.cursor() as cursor:
        cursor.execute(
            ADD,
            {
                "campaigns": list(figures),
                "turns": [row.turn for row in rows],
                **{
                    name: [getattr(row, name) for row in rows]
                    for name in ("calls", "dialled", "reached", "promised", "charged", "reserved", "talk_ms")
                },
            },
        )


def complete_done(campaigns: Collection[int], *, now: datetime) -> list[int]:
    """End campaigns all of whose entries are at an end; return which. One statement, and the news of each."""
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, {"campaigns": list(campaigns), "now": now})
        ended = cursor.fetchall()
    things = [{"campaign_id": str(number), "batch_id": code} for number, code in ended]
    announce(event="campaign.completed", things=things, at=now)
    return [number for number, _code in ended]
