import logging

from django.db import migrations

from identity.matching.keys import inputs_digest, phone_key

log = logging.getLogger(__name__)
# Who writes a number as another country's, and has a key that got another code before it?
READ = r"""
    SELECT id, phone, phone_key{more} FROM {table}
     WHERE phone ~ '^\D*[+\uff0b]|^\D*0\D*0' AND phone_key <> ''
       AND phone_key <> regexp_replace(regexp_replace(phone, '\D', '', 'g'), '^00', '')
"""
DIGESTED = ', document_key, licence_key, email_key, plate_key, car_key, name_key, park, lead_date'
# Nobody links, and no file comes in, until the end of the transaction: see identity.actions.evidence.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('identity.evidence.' || current_schema(), 0))"
# What people wrote of persons out of these rows. A person may also have a number of here with the old key:
# what another row of theirs still says stays; and whoever holds the right key already keeps it.
KNOWN_BY = """
    WITH sighting AS (
        SELECT 'cabinet_lead' AS source, source_pk, phone_key FROM identity_lead
        UNION ALL SELECT 'scout_registration', source_pk, phone_key FROM identity_scoutregistration
        UNION ALL SELECT 'driver', driver_id, phone_key FROM identity_driver
    ), moved AS (
        SELECT DISTINCT k.person_id, v.old, v.new
          FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS v(source, source_pk, old, new)
          JOIN identity_link k ON k.source = v.source AND k.source_pk = v.source_pk
    )
    UPDATE identity_identifier i SET value = m.new
      FROM moved m
     WHERE i.person_id = m.person_id AND i.kind = 'phone' AND i.value = m.old
       AND NOT EXISTS (SELECT FROM identity_link k
                         JOIN sighting s ON s.source = k.source AND s.source_pk = k.source_pk
                        WHERE k.person_id = i.person_id AND s.phone_key = m.old)
       AND NOT EXISTS (SELECT FROM identity_identifier o WHERE o.kind = 'phone' AND o.value = m.new
                          AND (o.person_id = i.person_id OR o.is_sole))
    RETURNING i.id::text, m.old, m.new
"""
# A merge or a split is taken back row by row, and stands only while its rows are as it left them (I9).
MOVES = """
    UPDATE identity_personchange c
       SET moved = jsonb_set(c.moved, ARRAY['identity_identifier', %(id)s], (
               SELECT jsonb_agg(CASE WHEN e.row ->> 'value' = %(old)s
                                     THEN jsonb_set(e.row, '{value}', to_jsonb(%(new)s::text)) ELSE e.row END
                                ORDER BY e.place)
                 FROM jsonb_array_elements(c.moved #> ARRAY['identity_identifier', %(id)s])
                      WITH ORDINALITY AS e(row, place)))
     WHERE c.undone_at IS NULL AND c.moved -> 'identity_identifier' ? %(id)s
"""
# What both knew is one row since, and comes again when the merge is taken back: as whose lead said it now is.
TWINS = """
    WITH sighting AS (
        SELECT 'cabinet_lead' AS source, source_pk, phone_key FROM identity_lead
        UNION ALL SELECT 'scout_registration', source_pk, phone_key FROM identity_scoutregistration
        UNION ALL SELECT 'driver', driver_id, phone_key FROM identity_driver
    ), link AS (
        SELECT c.id AS change, l.value #>> '{0,person_id}' AS person, k.source, k.source_pk
          FROM identity_personchange c
         CROSS JOIN jsonb_each(c.moved -> 'identity_link') AS l
          JOIN identity_link k ON k.id = l.key::bigint
         WHERE c.undone_at IS NULL
    )
    SELECT DISTINCT d.key, v.old, v.new
      FROM identity_personchange c
     CROSS JOIN jsonb_each(c.moved -> 'identity_identifier') AS d
      JOIN link l ON l.change = c.id AND l.person = d.value #>> '{0,person_id}'
      JOIN unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS v(source, source_pk, old, new)
        ON v.source = l.source AND v.source_pk = l.source_pk AND v.old = d.value #>> '{0,value}'
     WHERE d.value #>> '{0,kind}' = 'phone' AND d.value -> 1 = 'null'
       AND NOT EXISTS (SELECT FROM link o JOIN sighting s ON s.source = o.source AND s.source_pk = o.source_pk
                        WHERE o.change = c.id AND o.person = l.person AND s.phone_key = v.old)
       AND NOT EXISTS (SELECT FROM jsonb_each(c.moved -> 'identity_identifier') AS o
                        WHERE o.value #>> '{0,person_id}' = l.person AND o.value #>> '{0,value}' = v.new)
"""
# What the automation linked stays (I9): whether by a number that is another one now, a person looks.
RESTING = """
    SELECT count(*)
      FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS v(source, source_pk, old, new)
      JOIN identity_link k ON k.source = v.source AND k.source_pk = v.source_pk AND k.rule = 'R1_PHONE_EXACT'
"""
# Who has a number that stood for somebody else's, or is found by it now: new evidence for both (I7c).
WAKE = """
    UPDATE identity_case c
       SET woken_at = greatest(statement_timestamp(), c.tried_at + interval '1 microsecond')
      FROM identity_lead l
     WHERE c.lead_id = l.id AND c.state = 'open' AND c.tried_at IS NOT NULL AND l.phone_key = ANY(%s)
"""


def read_again(apps, schema_editor):
    """Give phones from abroad, once read as national, their own keys, and all that was made of the others (I1).

    Registrations without an external id are known again by the digest of their keys, so it changes with them:
    else the same file sent again would make everybody twice.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute('SELECT current_schema()')
        (schema,) = cursor.fetchone()
        tenants = apps.get_model('tenants', 'Tenant').objects.filter(schema_name=schema)
        for country in tenants.values_list('country', flat=True):
            cursor.execute(ALONE)
            changed = [
                *_registrations(cursor, 'identity_lead', 'cabinet_lead', country),
                *_registrations(cursor, 'identity_scoutregistration', 'scout_registration', country),
                *_drivers(cursor, country),
            ]
            if changed:
                columns = [*map(list, zip(*changed, strict=True))]
                _persons(cursor, columns)
                _tell(cursor, columns, schema)
                cursor.execute(WAKE, [[key for _source, _pk, *keys in changed for key in keys]])
            # Later migrations of the same transaction may alter these tables.
            cursor.execute('SET CONSTRAINTS ALL IMMEDIATE')
            cursor.execute('SET CONSTRAINTS ALL DEFERRED')


def _persons(cursor, columns):
    cursor.execute(KNOWN_BY, columns)
    moved = cursor.fetchall()
    cursor.execute(TWINS, columns)
    for number, old, new in [*moved, *cursor.fetchall()]:
        cursor.execute(MOVES, {'id': number, 'old': old, 'new': new})


def _tell(cursor, columns, schema):
    cursor.execute(RESTING, columns)
    (links,) = cursor.fetchone()
    if links:
        log.warning(
            '%s: %d links by R1_PHONE_EXACT rest on phones that were read as national; they stay, look at them', schema, links
        )


def _registrations(cursor, table, source, country):
    changed = []
    for row in _wrong(cursor, table, DIGESTED, country):
        new, (document, licence, email, plate, car, name, park, day) = row[-1], row[3:-1]
        digest = inputs_digest(
            phone=new, document=document, licence=licence, email=email, plate=plate, car=car, name=name,
            park=park, lead_date=day,
        )
        cursor.execute(f'UPDATE {table} SET phone_key = %s, inputs = %s WHERE id = %s RETURNING source_pk', [new, digest, row[0]])
        changed.append((source, cursor.fetchone()[0], row[2], new))
    return changed


def _drivers(cursor, country):
    changed = []
    for number, _phone, old, new in _wrong(cursor, 'identity_driver', '', country):
        cursor.execute('UPDATE identity_driver SET phone_key = %s WHERE id = %s RETURNING driver_id', [new, number])
        changed.append(('driver', cursor.fetchone()[0], old, new))
    return changed


def _wrong(cursor, table, more, country):
    cursor.execute(READ.format(table=table, more=more))
    read = [(*row, phone_key(row[1], country=country)) for row in cursor.fetchall()]
    return [row for row in read if row[2] != row[-1]]


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0005_replaced_verdicts'),
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(read_again, migrations.RunPython.noop),
    ]
