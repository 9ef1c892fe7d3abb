"""The numbers as views, under the first system's names (I15, I16, I18).

Views and not tables: there is nothing to keep in step, and whoever reads them by SQL sees what pages and API
see. They run with the rights of who asks (security_invoker), so a tenant's log-in reaches no further through
them (S1), and they name tables without a schema: each schema's views read that schema's tables, those of a
clone included. "Today" and "that day" are the tenant's: its own row of public.tenants_tenant is the only one
its log-ins see.

Who changes a column that they read drops them first and makes them again.
"""

from django.db import migrations

# The tenant's zone, and its date now. An owner who looks from elsewhere reads UTC instead of nothing.
CLOCK = """
    clock AS (
        SELECT zone, (now() AT TIME ZONE zone)::date AS today
          FROM (SELECT coalesce((SELECT timezone FROM public.tenants_tenant
                                  WHERE schema_name = current_schema()), 'UTC')) AS found (zone))
"""

# Leads without a link: counted, never subtracted. The case says why.
BACKLOG = f"""
    CREATE VIEW v_cabinet_kpi_red_backlog WITH (security_invoker = true) AS
    WITH {CLOCK}
    SELECT l.id AS lead_id, l.source_pk AS lead_source_pk, l.lead_date,
           clock.today - l.lead_date AS age_days,
           c.reason, c.state AS case_state, c.attempts, c.tried_at
      FROM identity_lead l
     CROSS JOIN clock
      LEFT JOIN identity_case c ON c.lead_id = l.id
     WHERE NOT EXISTS (SELECT 1 FROM identity_link k
                        WHERE k.source = 'cabinet_lead' AND k.source_pk = l.source_pk)
"""

# One row a lead, with the first stage that is true.
#
# worth    what the tenant pays for, by ascending trips, as arrays: how many milestones a number of trips
#          reaches is then one width_bucket, and what they are worth one element of the running sums.
# claimed  a person's claims as bits, the first milestone's lowest: sets of milestones are compared by one operator.
# ridden   trips of all of the person's accounts inside the lead's window; leads without any have no row.
# reached  how many milestones the window reaches, and how many an earlier lead of the same person has reached
#          before: those belong to the earlier lead, so this one is expected to bring the rest.
#
# OFFSET 0 lets nobody's condition in: narrowed to a week, the planner would expect a handful of leads and sum up
# everybody's trips once for each of them, whenever statistics are older than a file (minutes, not a second).
LIMBO = f"""
    CREATE VIEW v_cabinet_leads_limbo WITH (security_invoker = true) AS
    WITH {CLOCK},
    worth AS (
        SELECT array_agg(trips ORDER BY trips, code) AS needed,
               coalesce(array_agg(code ORDER BY trips, code), '{{}}') AS codes,
               0::numeric || array_agg(amount ORDER BY trips, code) AS amounts,
               coalesce((SELECT currency FROM identity_identitysettings), 'PEN') AS currency
          FROM (SELECT m.code, m.trips, sum(m.amount) OVER (ORDER BY m.trips, m.code) AS amount
                  FROM (SELECT 1) AS always (one)
                  LEFT JOIN identity_identitysettings s ON true
                 CROSS JOIN jsonb_to_recordset(coalesce(s.milestones,
                       '[{{"code": "M1", "trips": 1, "amount": 25}}, {{"code": "M5", "trips": 5, "amount": 35}},
                         {{"code": "M25", "trips": 25, "amount": 100}}]'))
                       AS m (code text, trips bigint, amount numeric)) AS milestones),
    account AS (
        SELECT DISTINCT ON (person_id) person_id, source_pk AS driver_id
          FROM identity_link WHERE source = 'driver' ORDER BY person_id, linked_at DESC, id DESC),
    claimed AS (
        SELECT person_id, bit_or(1::bigint << array_position(codes, milestone::text) - 1) AS bits
          FROM identity_claim CROSS JOIN worth
         WHERE person_id IS NOT NULL AND state <> 'expected' GROUP BY person_id),
    ridden AS (
        SELECT l.id AS lead_id, k.person_id, l.lead_date, l.happened_at, sum(t.trips) AS trips
          FROM identity_lead l
          JOIN identity_link k ON k.source = 'cabinet_lead' AND k.source_pk = l.source_pk
          JOIN identity_link d ON d.source = 'driver' AND d.person_id = k.person_id
          JOIN identity_tripday t ON t.driver_id = d.source_pk
                                 AND t.day >= l.lead_date AND t.day < l.lead_date + 14
         GROUP BY l.id, k.person_id),
    reached AS (
        SELECT lead_id, trips, now_at, greatest(now_at, before_at) - before_at AS owed,
               (1::bigint << now_at) - (1::bigint << least(now_at, before_at)) AS bits,
               worth.amounts[now_at + 1] - worth.amounts[least(now_at, before_at) + 1] AS amount
          FROM (SELECT lead_id, trips, width_bucket(trips, needed) AS now_at,
                       width_bucket(coalesce(max(trips) OVER (PARTITION BY person_id
                           ORDER BY lead_date, happened_at, lead_id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0), needed) AS before_at
                  FROM ridden CROSS JOIN worth) AS counted
         CROSS JOIN worth),
    found AS (
        SELECT l.id AS lead_id, l.source_pk, l.lead_date, k.person_id, k.linked_at, account.driver_id,
               clock.today, worth.codes, worth.currency,
               CASE WHEN l.lead_date IS NOT NULL THEN coalesce(r.trips, 0) END AS trips,
               coalesce(r.now_at, 0) AS now_at, coalesce(r.owed, 0) AS owed, coalesce(r.amount, 0) AS amount,
               coalesce(claimed.bits, 0) AS claimed, coalesce(r.bits & ~coalesce(claimed.bits, 0), 0) AS missing
          FROM identity_lead l
         CROSS JOIN clock
         CROSS JOIN worth
          LEFT JOIN identity_link k ON k.source = 'cabinet_lead' AND k.source_pk = l.source_pk
          LEFT JOIN account ON account.person_id = k.person_id
          LEFT JOIN reached r ON r.lead_id = l.id
          LEFT JOIN claimed ON claimed.person_id = k.person_id)
    SELECT f.lead_id, f.source_pk AS lead_source_pk, f.lead_date,
           date_trunc('week', f.lead_date::timestamp)::date AS week_start,
           f.today - f.lead_date AS age_days,
           f.person_id AS person_key, f.linked_at, f.driver_id, f.trips AS trips_14d,
           f.lead_date + 14 AS window_end, f.today < f.lead_date + 14 AS window_open,
           greatest(f.lead_date + 14 - f.today, 0) AS days_left,
           coalesce(f.now_at >= array_position(f.codes, 'M1'), false) AS reached_m1,
           coalesce(f.now_at >= array_position(f.codes, 'M5'), false) AS reached_m5,
           coalesce(f.now_at >= array_position(f.codes, 'M25'), false) AS reached_m25,
           f.codes[1:f.now_at] AS reached_milestones,
           f.codes[f.now_at - f.owed + 1:f.now_at] AS expected_milestones,
           CASE WHEN f.missing = 0 THEN '{{}}' ELSE
               ARRAY(SELECT code FROM unnest(f.codes) WITH ORDINALITY AS of (code, place)
                      WHERE f.missing >> place::int - 1 & 1 = 1 ORDER BY place) END AS missing_milestones,
           f.owed AS claims_expected, bit_count(f.missing::bit(64))::int AS claims_missing,
           f.amount AS expected_amount, f.currency,
           coalesce(f.claimed >> array_position(f.codes, 'M1') - 1 & 1 = 1, false) AS has_claim_m1,
           coalesce(f.claimed >> array_position(f.codes, 'M5') - 1 & 1 = 1, false) AS has_claim_m5,
           coalesce(f.claimed >> array_position(f.codes, 'M25') - 1 & 1 = 1, false) AS has_claim_m25,
           stage.limbo_stage,
           CASE stage.limbo_stage
               WHEN 'NO_LEAD_DATE' THEN 'LEAD_DATE_MISSING'
               WHEN 'NO_IDENTITY' THEN coalesce(c.reason, 'NOT_TRIED')
               WHEN 'NO_DRIVER' THEN 'DRIVER_MISSING'
               WHEN 'NO_TRIPS_14D' THEN CASE WHEN f.today < f.lead_date + 14 THEN 'WINDOW_OPEN'
                                             ELSE 'WINDOW_CLOSED' END
               WHEN 'TRIPS_NO_CLAIM' THEN 'CLAIM_NOT_GENERATED'
               ELSE CASE WHEN f.owed > 0 THEN 'CLAIMED' WHEN f.now_at > 0 THEN 'OWED_BY_EARLIER_LEAD'
                         ELSE 'BELOW_MILESTONES' END
           END AS reason_detail,
           CASE stage.limbo_stage
               WHEN 'NO_LEAD_DATE' THEN 'COMPLETE_LEAD_DATE'
               WHEN 'NO_IDENTITY' THEN CASE
                   WHEN c.state = 'ignored' THEN 'NONE'
                   WHEN c.outcome = 'review' THEN 'REVIEW_CASE'
                   WHEN c.outcome = 'unmatched' THEN 'IMPROVE_SOURCE_DATA'
                   ELSE 'WAIT_FOR_MATCHING' END
               WHEN 'NO_DRIVER' THEN 'IMPORT_DRIVER'
               WHEN 'NO_TRIPS_14D' THEN CASE WHEN f.today < f.lead_date + 14 THEN 'WAIT_FOR_TRIPS' ELSE 'NONE' END
               WHEN 'TRIPS_NO_CLAIM' THEN 'GENERATE_CLAIM'
               ELSE 'NONE'
           END AS next_action
      FROM found f
     CROSS JOIN LATERAL (SELECT CASE
               WHEN f.lead_date IS NULL THEN 'NO_LEAD_DATE'
               WHEN f.person_id IS NULL THEN 'NO_IDENTITY'
               WHEN f.driver_id IS NULL THEN 'NO_DRIVER'
               WHEN f.trips = 0 THEN 'NO_TRIPS_14D'
               WHEN f.missing <> 0 THEN 'TRIPS_NO_CLAIM'
               ELSE 'OK' END AS limbo_stage) AS stage
      LEFT JOIN identity_case c ON c.lead_id = f.lead_id
    OFFSET 0
"""

# Everything in leads, by the ISO week of the lead's date; leads without one are the row without week.
AUDIT = """
    CREATE VIEW v_cabinet_14d_funnel_audit_weekly WITH (security_invoker = true) AS
    WITH counted AS (
        SELECT week_start, count(*) AS leads_total,
               count(person_key) AS leads_with_identity,
               count(*) FILTER (WHERE person_key IS NOT NULL AND driver_id IS NOT NULL) AS leads_with_driver,
               count(*) FILTER (WHERE trips_14d > 0) AS drivers_with_trips_14d,
               count(*) FILTER (WHERE reached_m1) AS reached_m1,
               count(*) FILTER (WHERE reached_m5) AS reached_m5,
               count(*) FILTER (WHERE reached_m25) AS reached_m25,
               sum(claims_expected) AS claims_expected, sum(claims_missing) AS claims_missing,
               sum(expected_amount) AS debt_expected_total,
               count(*) FILTER (WHERE limbo_stage = 'NO_LEAD_DATE') AS limbo_no_lead_date,
               count(*) FILTER (WHERE limbo_stage = 'NO_IDENTITY') AS limbo_no_identity,
               count(*) FILTER (WHERE limbo_stage = 'NO_DRIVER') AS limbo_no_driver,
               count(*) FILTER (WHERE limbo_stage = 'NO_TRIPS_14D') AS limbo_no_trips_14d,
               count(*) FILTER (WHERE limbo_stage = 'TRIPS_NO_CLAIM') AS limbo_trips_no_claim,
               count(*) FILTER (WHERE limbo_stage = 'OK') AS limbo_ok
          FROM v_cabinet_leads_limbo GROUP BY week_start)
    SELECT week_start, leads_total, leads_with_identity, leads_with_driver, drivers_with_trips_14d,
           reached_m1, reached_m5, reached_m25,
           claims_expected, claims_expected - claims_missing AS claims_present, claims_missing,
           debt_expected_total,
           limbo_no_lead_date, limbo_no_identity, limbo_no_driver, limbo_no_trips_14d, limbo_trips_no_claim,
           limbo_ok,
           round(100.0 * leads_with_identity / leads_total, 2) AS pct_with_identity,
           round(100.0 * leads_with_driver / nullif(leads_with_identity, 0), 2) AS pct_with_driver,
           round(100.0 * drivers_with_trips_14d / nullif(leads_with_driver, 0), 2) AS pct_with_trips_14d
      FROM counted
"""

# Days follow one another without a gap from the first event to today, so that each begins where the one before
# ended. The day's reason is the commonest of its attempts in vain, of equally many the first in the order of I6.
# It is asked day by day, by the index of attempts: a page reads a few days, not all attempts. An hour more on both
# sides: a day may begin in the hour that is repeated when clocks are put back.
RECOVERY = f"""
    CREATE VIEW v_cabinet_kpi_red_recovery_metrics_daily WITH (security_invoker = true) AS
    WITH {CLOCK},
    moved AS (
        SELECT day, count(*) FILTER (WHERE kind = ANY (ARRAY['entered', 're_entered'])) AS came,
               count(*) FILTER (WHERE kind = 'matched_by_recovery') AS matched,
               count(*) FILTER (WHERE kind <> ALL (ARRAY['entered', 're_entered', 'matched_by_recovery'])) AS other
          FROM (SELECT (e.happened_at AT TIME ZONE clock.zone)::date AS day, e.kind::text AS kind
                  FROM identity_backlogevent e CROSS JOIN clock) AS event
         GROUP BY day),
    days AS (
        SELECT generate_series((SELECT min(day) FROM moved)::timestamp, today::timestamp, '1 day')::date AS day
          FROM clock),
    chained AS (
        SELECT days.day, coalesce(came, 0) AS came, coalesce(matched, 0) AS matched, coalesce(other, 0) AS other,
               coalesce(sum(came - matched - other) OVER (ORDER BY days.day), 0)::bigint AS ended
          FROM days LEFT JOIN moved ON moved.day = days.day)
    SELECT c.day AS metric_date, c.ended - (c.came - c.matched - c.other) AS backlog_start,
           c.came AS new_backlog_in, c.matched AS matched_out, c.other AS other_out, c.ended AS backlog_end,
           c.came - c.matched - c.other AS net_change,
           (SELECT a.reason FROM identity_attempt a
              JOIN unnest(ARRAY['MULTIPLE_CANDIDATES', 'NAME_MISMATCH', 'LOW_CONFIDENCE', 'WEAK_MATCH_ONLY',
                                'NO_CANDIDATES', 'MISSING_IDENTIFIERS'])
                   WITH ORDINALITY AS failed (reason, place) ON failed.reason = a.reason::text
             WHERE a.tried_at >= c.day::timestamp AT TIME ZONE clock.zone - interval '1 hour'
               AND a.tried_at < (c.day + 1)::timestamp AT TIME ZONE clock.zone + interval '1 hour'
               AND (a.tried_at AT TIME ZONE clock.zone)::date = c.day
             GROUP BY a.reason, failed.place
             ORDER BY count(*) DESC, failed.place
             LIMIT 1) AS top_fail_reason
      FROM chained c CROSS JOIN clock
"""


def _made(sql: str) -> migrations.RunSQL:
    name = sql.split("CREATE VIEW ", 1)[1].split(None, 1)[0]
    return migrations.RunSQL(sql, f"DROP VIEW {name}")


class Migration(migrations.Migration):

    dependencies = [("identity", "0001_initial")]

    operations = [_made(BACKLOG), _made(LIMBO), _made(AUDIT), _made(RECOVERY)]
