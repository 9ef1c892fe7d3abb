"""Who is due, and what is known of them? The statements of the claim, some index look-ups each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from json import loads
from typing import Any

from django.db import connection

from campaigns.dispatch.arrays import plain, texts
from campaigns.queries.suppressions import as_wished
from campaigns.rules import CALLABLE, EntryState

_CALLABLE = ", ".join(f"'{state}'" for state in CALLABLE)
DUE = f"""
    SELECT p.campaign, p.zones, d.earliest_at
      FROM unnest(%(campaigns)s::bigint[], %(zones)s::text[]) AS p(campaign, zones)
     CROSS JOIN LATERAL (
           SELECT e.earliest_at FROM campaigns_entry e
            WHERE e.campaign_id = p.campaign AND e.zones = p.zones AND e.state IN ({_CALLABLE})
            ORDER BY e.earliest_at, e.id LIMIT 1) d
"""  # noqa: S608 - made of our own enum
# Oldest first inside a campaign; whom somebody else holds is left to them (C15).
TAKE = f"""
    SELECT e.*
      FROM unnest(%(campaigns)s::bigint[], %(zones)s::text[], %(most)s::int[]) AS p(campaign, zones, most)
     CROSS JOIN LATERAL (
           SELECT e.id, e.campaign_id, e.state, e.person_key, e.phones, e.next_phone, e.zones, e.fecha_maxima,
                  e.attempts, e.faults, e.arm_id, e.earliest_at
             FROM campaigns_entry e
            WHERE e.campaign_id = p.campaign AND e.zones = p.zones AND e.state IN ({_CALLABLE})
              AND e.earliest_at <= %(now)s
            ORDER BY e.earliest_at, e.id LIMIT p.most FOR UPDATE SKIP LOCKED) e
     ORDER BY e.earliest_at, e.id
"""  # noqa: S608 - made of our own enum
RUNNING = "SELECT id FROM campaigns_campaign WHERE id = ANY(%s) AND state = 'running'"
PAST = """
    SELECT person_key, ended_at, is_contact FROM campaigns_callattempt
     WHERE person_key = ANY(%(keys)s::text[]) AND is_counted AND ended_at > %(since)s
"""
# And the talks of which nobody knows yet whether they were contacts, because their end was told late.
OPEN = """
    SELECT person_key, to_number FROM campaigns_callattempt
     WHERE state <> 'closed' AND person_key = ANY(%(keys)s::text[])
    UNION ALL
    SELECT person_key, to_number FROM campaigns_callattempt
     WHERE state <> 'closed' AND to_number = ANY(%(numbers)s::text[])
    UNION ALL
    SELECT person_key, to_number FROM campaigns_callattempt
     WHERE state = 'closed' AND ask_at IS NOT NULL
       AND (person_key = ANY(%(keys)s::text[]) OR to_number = ANY(%(numbers)s::text[]))
"""

# Those in force; as many values as an `IN` would name cost more to write down than to look up.
WISHES = """
    SELECT value, account_id FROM campaigns_suppression
     WHERE lifted_at IS NULL AND value = ANY(%(values)s::text[])
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that is due and held by this transaction."""

    id: int
    campaign: int
    state: EntryState
    person_key: str
    phones: tuple[Mapping[str, Any], ...]
    next_phone: int
    zones: str
    last_day: date | None
    attempts: int
    faults: int
    arm: int | None

    def numbers(self) -> list[tuple[int, str]]:
        """Return place and number of the phones that still serve, the next in turn first."""
        order = [*range(self.next_phone, len(self.phones)), *range(min(self.next_phone, len(self.phones)))]
        return [
            (place, self.phones[place]["number"]) for place in order if not self.phones[place].get("retired")
        ]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the candidates' persons and numbers across the tenant."""

    contacts: Mapping[str, Sequence[datetime]]
    attempts: Mapping[str, Sequence[datetime]]
    busy: frozenset[str]  # person keys and numbers that a call is open with
    suppressed: frozenset[tuple[str, int | None]]  # value, and the account it binds

    def is_suppressed(self, value: str, account: int) -> bool:
        """Say whether a number or person must not be called by an account."""
        return (value, None) in self.suppressed or (value, account) in self.suppressed


def due_of(pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], datetime]:
    """Return when the first callable entry of each campaign and set of zones is due. One statement."""
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            DUE, {"campaigns": plain(one for one, _z in pairs), "zones": texts(zones for _c, zones in pairs)}
        )
        return {(campaign, zones): due for campaign, zones, due in cursor.fetchall()}


def still_running(campaigns: Iterable[int]) -> set[int]:
    """Return which of some campaigns are running at this moment. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(RUNNING, [list(campaigns)])
        return {campaign for (campaign,) in cursor.fetchall()}


def take(wanted: Mapping[tuple[int, str], int], *, now: datetime) -> list[Candidate]:
    """Lock and return up to so many due entries of each campaign and set of zones. One statement."""
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE,
            {
                "campaigns": plain(campaign for campaign, _zones in wanted),
                "zones": texts(zones for _campaign, zones in wanted),
                "most": plain(wanted.values()),
                "now": now,
            },
        )
        return [
            Candidate(id, campaign, EntryState(state), key, tuple(loads(phones)), *rest)
            for id, campaign, state, key, phones, *rest, _earliest in cursor.fetchall()
        ]


def known_of(candidates: Collection[Candidate], *, now: datetime, reach: timedelta) -> Known:
    """Return what is known of the candidates' persons and numbers. Three statements."""
    persons = {one.person_key for one in candidates}
    numbers = {number for one in candidates for _place, number in one.numbers()}
    keys, dialled = texts(persons), texts(numbers)
    contacts: dict[str, list[datetime]] = {}
    attempts: dict[str, list[datetime]] = {}
    with connection.cursor() as cursor:
        # Open calls first: one that ends meanwhile at another provider is seen twice, never not at all (C13).
        cursor.execute(OPEN, {"keys": keys, "numbers": dialled})
        busy = frozenset(word for pair in cursor.fetchall() for word in pair)
        cursor.execute(PAST, {"keys": keys, "since": now - reach})
        for key, ended_at, is_contact in cursor.fetchall():
            attempts.setdefault(key, []).append(ended_at)
            if is_contact:
                contacts.setdefault(key, []).append(ended_at)
        forms = as_wished(persons | numbers)
        cursor.execute(WISHES, {"values": texts(forms)})
        wishes = frozenset((forms[value], account) for value, account in cursor.fetchall())
    return Known(contacts, attempts, busy, wishes)
