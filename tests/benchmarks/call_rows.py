"""Fill a tenant with people who wait for their call: 200 campaigns of 20 accounts on one provider.

One in ten is due tomorrow only, one in 25 must not be called, one in three was called in the last month, and
one in 26 was spoken with in the last week. Rows of one campaign lie together, as an import leaves them.
"""

import os
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from campaigns.models import CallAttempt, CallerNumber, Campaign, Entry, Provider, Tally
from campaigns.models.numbers import NEXT_NUMBER
from campaigns.rules import UseCase
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.campaigns.calling import a_campaign, a_provider, an_account

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
ACCOUNTS, CAMPAIGNS, CALLERS = 20, 200, 10
# Those of a mobile, whose owner may live in either; those of a line in a house.
ZONES = ("America/Punta_Arenas|America/Santiago", "America/Santiago")
MANY = 100_000
UNDER_WAY = 2_000

ENTRIES = f"""
    INSERT INTO campaigns_entry (id, campaign_id, person_key, document, name, phones, next_phone, zones,
           variables, row, state, next_action, reason, earliest_at, attempts, faults, outcome, is_reached,
           charged, talk_ms)
    SELECT {NEXT_NUMBER}, (%(campaigns)s::bigint[])[1 + n * %(count)s / %(entries)s], 'D:CL:' || n, n::text,
           'Persona ' || n,
           jsonb_build_array(jsonb_build_object('number', '+569' || 80000000 + n, 'kind', 'mobile',
                                                'repaired', false)),
           0, (%(zones)s::text[])[1 + (n %% 8 = 0)::int], '{{}}', n,
           CASE WHEN n %% 10 = 0 THEN 'retry_wait' ELSE 'queued' END, 'dial', 'new',
           %(noon)s + CASE WHEN n %% 10 = 0 THEN interval '1 day' ELSE random() * interval '-4 hours' END,
           0, 0, '', false, 0, 0
      FROM generate_series(0::bigint, %(entries)s - 1) AS n
"""
TALLIES = """
    UPDATE campaigns_tally t SET entries = e.entries, queued = e.queued, retry_wait = e.retry_wait
      FROM (SELECT campaign_id, count(*) AS entries, count(*) FILTER (WHERE state = 'queued') AS queued,
                   count(*) FILTER (WHERE state = 'retry_wait') AS retry_wait
              FROM campaigns_entry GROUP BY 1) e
     WHERE t.campaign_id = e.campaign_id
"""
WISHES = f"""
    INSERT INTO campaigns_suppression (id, kind, value, reason, source)
    SELECT {NEXT_NUMBER}, CASE WHEN row % 50 = 1 THEN 'document' ELSE 'number' END,
           CASE WHEN row % 50 = 1 THEN person_key ELSE phones -> 0 ->> 'number' END, '', 'person'
      FROM campaigns_entry WHERE row % 50 IN (1, 2)
"""
PAST = """
    INSERT INTO campaigns_callattempt (id, entry_id, campaign_id, account_id, provider_id, number, person_key,
           to_number, from_number, state, "on", lease_until, max_call_seconds, reserved, claimed_at, sent_at,
           ended_at, closed_at, call_id, outcome, disconnection_reason, is_counted, is_contact, duration_ms,
           charge)
    SELECT gen_random_uuid(), e.id, e.campaign_id, c.account_id, %(provider)s, 1, e.person_key,
           e.phones -> 0 ->> 'number', '', 'closed', e.at::date, e.at, 300, 0, e.at, e.at, e.at, e.at, '', '',
           '', true, e.row %% 2 = 0, 60000, 0
      FROM (SELECT *, %(noon)s - interval '1 hour' - random() * interval '30 days' AS at
              FROM campaigns_entry WHERE row %% 3 = 0 OFFSET 0) e
      JOIN campaigns_campaign c ON c.id = e.campaign_id
"""
# Lines come free as calls end; what their end costs is not the claim's.
HANG_UP = """
    UPDATE campaigns_callattempt SET state = 'closed', closed_at = %(now)s, outcome = 'unsent'
     WHERE id IN (SELECT id FROM campaigns_callattempt WHERE state <> 'closed'
                   ORDER BY claimed_at DESC OFFSET %(under_way)s)
"""


def wanted_entries() -> int:
    """Return how many people wait."""
    return int(os.environ.get("MINGA_BENCH_ENTRIES", str(MANY)))


def fill(tenant: Tenant, entries: int) -> int:
    """Give a tenant so many people who wait; return their provider."""
    with tenant_scope(tenant.schema_name):
        provider = a_provider(max_concurrent_calls=MANY)
        campaigns = _campaigns(provider)
    params = {"campaigns": campaigns, "count": CAMPAIGNS, "entries": entries, "zones": list(ZONES)}
    with owner_scope(tenant.schema_name):
        run(ENTRIES, noon=NOON, **params)
        run(TALLIES)
        run(WISHES)
        run(PAST, noon=NOON, provider=provider.pk)
    with owner_scope(), connection.cursor() as cursor:
        for model in (Entry, CallAttempt, Tally, Campaign):
            cursor.execute(f'VACUUM ANALYZE "{tenant.schema_name}".{model._meta.db_table}')
    return provider.pk


def hang_up(*, now: datetime) -> None:
    """End all calls but the last `UNDER_WAY`."""
    run(HANG_UP, now=now, under_way=UNDER_WAY)


def run(statement: str, **params: Any) -> None:
    """Execute one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


def _campaigns(provider: Provider) -> list[int]:
    """Make accounts and campaigns of all priorities, under the Chilean law of collections."""
    CallerNumber.objects.bulk_create(
        CallerNumber(provider=provider, number=f"+566000001{number:02}") for number in range(CALLERS - 1)
    )
    payers = [
        an_account(provider, code=f"payer-{number}", funds="5000000", max_concurrent_calls=MANY)
        for number in range(ACCOUNTS)
    ]
    made = [
        a_campaign(
            payers[number % ACCOUNTS],
            code=f"batch-{number}",
            priority=1 + number % 3,
            use_case=UseCase.COLLECTION,
        )
        for number in range(CAMPAIGNS)
    ]
    Campaign.objects.update(zones=list(ZONES))
    return [campaign.pk for campaign in made]
