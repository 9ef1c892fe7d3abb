from django.db import migrations

# A DNI that was written with its check digit, once another person than the same without. A RUC has more digits.
LONG = "'^D:PE:[0-9]{8}[0-9A-K]$'"
# What was asked for under the long key holds under the short one as well. It keeps its own row: who stands twice in a
# campaign is there under both keys.
WISHES = f"""
    INSERT INTO campaigns_suppression AS s
           (kind, value, account_id, reason, source, attempt, in_list_id, said_again_at, created_at, created_by)
    SELECT DISTINCT ON (left(value, 13), account_id)
           kind, left(value, 13), account_id, reason, source, attempt, in_list_id,
           said_again_at, created_at, created_by
      FROM campaigns_suppression
     WHERE kind = 'document' AND lifted_at IS NULL AND value ~ {LONG}
     ORDER BY left(value, 13), account_id, source IN ('call', 'registry') DESC, id
    ON CONFLICT (kind, value, account_id) WHERE lifted_at IS NULL DO UPDATE
       SET said_again_at = clock_timestamp(), attempt = COALESCE(s.attempt, EXCLUDED.attempt),
           source = CASE WHEN EXCLUDED.source IN ('call', 'registry') THEN EXCLUDED.source ELSE s.source END
"""
PEOPLE = f"""
    UPDATE campaigns_entry e SET person_key = left(person_key, 13), document = left(document, 8)
     WHERE person_key ~ {LONG}
       AND NOT EXISTS (SELECT FROM campaigns_entry o
                        WHERE o.campaign_id = e.campaign_id AND left(o.person_key, 13) = left(e.person_key, 13)
                          AND (length(o.person_key) = 13 OR (o.person_key ~ {LONG} AND o.id < e.id)))
"""
# Calls follow who was called, so that limits count all of them; two open ones are two until they end.
CALLS = f"""
    UPDATE campaigns_callattempt a SET person_key = e.person_key
      FROM campaigns_entry e
     WHERE e.id = a.entry_id AND a.person_key ~ {LONG} AND e.person_key <> a.person_key
       AND (a.state = 'closed'
            OR NOT EXISTS (SELECT FROM campaigns_callattempt o
                            WHERE o.state <> 'closed' AND o.id <> a.id AND left(o.person_key, 13) = e.person_key
                              AND (length(o.person_key) = 13 OR o.person_key ~ {LONG})))
"""
STATEMENTS = [
    WISHES,
    PEOPLE,
    CALLS,
    # Later migrations of the same transaction may alter these tables.
    'SET CONSTRAINTS ALL IMMEDIATE',
    'SET CONSTRAINTS ALL DEFERRED',
]


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0014_calls_to_a_number'),
    ]

    operations = [
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
    ]
