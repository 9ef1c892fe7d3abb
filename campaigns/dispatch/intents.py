"""How is a call written down before it is made? Attempt, reserve and step, in one transaction (C15)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from campaigns.dispatch import money
from campaigns.dispatch.arrays import plain, texts
from campaigns.dispatch.judging import Chosen
from campaigns.dispatch.moving import Move
from campaigns.models import Account
from campaigns.rules import LEASE, EntryReason, EntryState
from tenants.models import new_id

# Whoever is called already, by whichever dispatcher, is not called again: the indexes decide (C15).
# Leases go by the database's clock (S9).
WRITE = """
    INSERT INTO campaigns_callattempt (id, entry_id, campaign_id, account_id, provider_id, script_version_id,
           number, person_key, to_number, from_number, state, "on", lease_until, max_call_seconds, reserved,
           claimed_at, call_id, outcome, disconnection_reason, is_counted, is_contact, duration_ms, charge)
    SELECT v.id, v.entry, v.campaign, v.account, %(provider)s, v.version,
           coalesce((SELECT max(a.number) FROM campaigns_callattempt a WHERE a.entry_id = v.entry), 0) + 1,
           v.person_key, v.to_number, v.from_number, 'intent', v.day,
           statement_timestamp() + %(lease)s * interval '1 second',
           v.seconds, v.reserved, %(now)s, '', '', '', false, false, 0, 0
      FROM unnest(%(ids)s::uuid[], %(entries)s::bigint[], %(campaigns)s::bigint[], %(accounts)s::bigint[],
                  %(versions)s::bigint[], %(keys)s::text[], %(tos)s::text[], %(froms)s::text[],
                  %(days)s::date[], %(seconds)s::int[], %(reserves)s::numeric[])
           AS v(id, entry, campaign, account, version, person_key, to_number, from_number, day, seconds,
                reserved)
    ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Intent:
    """A call about to be written: who, from where, by which script, at what cost at most, and when."""

    id: UUID
    chosen: Chosen
    account: Account
    from_number: str
    arm: int | None
    version: int | None
    on: date
    max_call_seconds: int
    reserve: Decimal
    moment: datetime

    @classmethod
    def new(cls, chosen: Chosen, account: Account, **rest: object) -> "Intent":
        """Return an intent with an id of its own: the call's key for good."""
        return cls(new_id(), chosen, account, **rest)  # type: ignore[arg-type]  # the fields above


def write_intents(intents: Sequence[Intent], *, provider: int, now: datetime) -> list[Intent]:
    """Write attempts and hold their money; return those that nobody else had begun."""
    if not intents:
        return []
    written = _insert(intents, provider, now)
    kept = [intent for intent in intents if intent.id in written]
    money.reserve([money.Held(one.account, one.on, one.id, one.reserve) for one in kept])
    return kept


def steps_of(intents: Collection[Intent]) -> list[Move]:
    """Return the moves of entries whose call was written."""
    return [_step(one.chosen, one.arm) for one in intents]


def _step(chosen: Chosen, arm: int | None) -> Move:
    one = chosen.candidate
    return Move(one.id, one.state, EntryState.CLAIMED, EntryReason.AT_WORK, next_phone=chosen.place, arm=arm)


def _insert(intents: Sequence[Intent], provider: int, now: datetime) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "provider": provider,
                "now": now,
                "lease": LEASE.total_seconds(),
                "ids": plain(one.id for one in intents),
                "entries": plain(one.chosen.candidate.id for one in intents),
                "campaigns": plain(one.chosen.candidate.campaign for one in intents),
                "accounts": plain(one.account.pk for one in intents),
                "versions": plain(one.version for one in intents),
                "keys": texts(one.chosen.candidate.person_key for one in intents),
                "tos": texts(one.chosen.number for one in intents),
                "froms": texts(one.from_number for one in intents),
                "days": plain(one.on for one in intents),
                "seconds": plain(one.max_call_seconds for one in intents),
                "reserves": plain(one.reserve for one in intents),
            },
        )
        return {id for (id,) in cursor.fetchall()}
