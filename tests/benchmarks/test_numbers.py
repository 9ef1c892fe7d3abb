"""How long do the numbers take? 200,000 leads, 1,000,000 days of trips, with statistics and without."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from identity.models import Lead, TripDay
from identity.queries.alerts import limbo_figures
from identity.queries.audit import weekly_audit
from identity.queries.backlog import backlog_days, recovery_metrics, standing
from identity.queries.claims_gap import claims_gap
from identity.queries.limbo import LimboChoice, all_limbo, limbo
from identity.queries.milestones import milestones
from identity.queries.money import money
from identity.queries.red_reasons import red_reasons
from identity.rules import LimboStage
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks.figures import show
from tests.identity.numbers import ago, today

pytestmark = pytest.mark.real_roles

# Rows as a year of work leaves them: 85 % linked, a second account now and then, a few second leads.
FILL = (
    """INSERT INTO identity_person (key, name, confidence)
       SELECT md5('p' || i)::uuid, '', 'HIGH' FROM generate_series(1, 160000) i""",
    """INSERT INTO identity_lead (external_id, happened_at, lead_date, inputs, park, first_name, middle_name,
              last_name, phone, document, licence, email, plate, car_brand, car_model, car_colour, phone_key,
              document_key, licence_key, email_key, plate_key, car_key, name_key, city, status)
       SELECT 'L' || i, made, made::date, md5('x')::uuid, '', '', '', '', '', '', '', '', '', '', '', '',
              '', '', '', '', '', '', '', '', ''
         FROM (SELECT i, CASE WHEN i % 200 > 0 THEN now() - i % 300 * interval '1 day' END
                 FROM generate_series(1, 200000) i) AS lead (i, made)""",
    *(
        f"""INSERT INTO identity_link (source, source_pk, person_id, rule, score, confidence, is_corroborated,
                   via, linked_at, tried, levels, weights, candidates, ruleset)
            SELECT '{source}', '{letter}' || i, md5('p' || i % 160000 + 1)::uuid, 'R1_PHONE_EXACT', 95,
                   'HIGH', false, 'recover', now() - i % 300 * interval '1 day', '{{}}', '{{}}', '{{}}', 1, ''
              FROM generate_series(1, {number}) i"""
        for source, letter, number in (("cabinet_lead", "L", 170_000), ("driver", "D", 180_000))
    ),
    """INSERT INTO identity_tripday (driver_id, day, trips)
       SELECT 'D' || 1 + i % 200000, current_date - i / 200000 - i * 7 % 290, 1 + i % 9
         FROM generate_series(1, 1000000) i ON CONFLICT DO NOTHING""",
    """INSERT INTO identity_claim (source_pk, person_id, milestone, state, amount, currency)
       SELECT 'L' || i, md5('p' || i % 160000 + 1)::uuid, code, 'paid', 25, 'PEN'
         FROM generate_series(1, 100000) i, unnest(ARRAY['M1', 'M5']) AS code ON CONFLICT DO NOTHING""",
    """INSERT INTO identity_case (lead_id, state, outcome, reason, shown, attempts, errors, error, note,
              tried, levels, weights, candidates, ruleset)
       SELECT id, 'open', 'unmatched', 'NO_CANDIDATES', '[]', 1, 0, '', '', '{}', '{}', '{}', 1, ''
         FROM identity_lead WHERE id % 7 = 0""",
    *(
        f"""INSERT INTO identity_backlogevent (source_pk, kind, happened_at)
            SELECT 'L' || i, '{kind}', now() - i % 300 * interval '1 day'
              FROM generate_series(1, {number}) i"""
        for kind, number in (("entered", 200_000), ("matched_by_recovery", 170_000))
    ),
    """INSERT INTO identity_attempt (lead_id, via, outcome, reason, tried, ruleset, tried_at)
       SELECT id, 'recover', 'unmatched', 'NO_CANDIDATES', '{}', '', now() - id % 300 * interval '1 day'
         FROM identity_lead, generate_series(1, 3)""",
)


def test_numbers(acme: Tenant) -> None:
    """Each query of pages and API, once with fresh rows only, once with statistics."""
    with tenant_scope(acme.schema_name):
        for statement in FILL:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        assert (Lead.objects.count(), TripDay.objects.count()) == (200_000, 1_000_000)
        young = {name: seconds(ask) for name, ask in asked().items()}
    with owner_scope(acme.schema_name), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with tenant_scope(acme.schema_name, read_only=True):
        known = {name: seconds(ask) for name, ask in asked().items()}
    lines = [f"| {name} | {young[name]:.2f} s | {known[name]:.2f} s |" for name in young]
    show(
        "200,000 leads, 1,000,000 days of trips",
        "| asked | without statistics | with |",
        "| --- | --- | --- |",
        *lines,
    )


def asked() -> dict[str, Callable[[], object]]:
    everything, week = LimboChoice(), LimboChoice(week=ago(20))
    stuck = LimboChoice(stages=(LimboStage.TRIPS_NO_CLAIM,))
    return {
        "limbo, a page of all": lambda: limbo(chosen=everything, limit=100),
        "limbo, a page of a week": lambda: limbo(chosen=week, limit=100),
        "limbo, a page of a stage": lambda: limbo(chosen=stuck, limit=100),
        "limbo, all rows": lambda: sum(1 for _row in all_limbo(chosen=everything)),
        "weekly audit": weekly_audit,
        "weekly audit, four weeks": lambda: weekly_audit(first=today() - timedelta(28)),
        "claims gap": lambda: claims_gap(chosen=everything, milestone=None, limit=100),
        "money": lambda: money(chosen=everything, limit=100),
        "alerts": lambda: limbo_figures(now=timezone.now()),
        "recovery metrics": recovery_metrics,
        "why red": standing,
        "why red, by reason": red_reasons,
        "milestones": milestones,
        "backlog, 90 days": lambda: backlog_days(days=90),
    }


def seconds(ask: Callable[[], object]) -> float:
    """Return the shorter of two."""
    took = []
    for _ in range(2):
        start = time.perf_counter()
        ask()
        took.append(time.perf_counter() - start)
    return min(took)
