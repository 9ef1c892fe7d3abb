from django.db import migrations

from identity.matching.keys import inputs_digest, phone_key

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
                cursor.execute(KNOWN_BY, [*map(list, zip(*changed, strict=True))])
                cursor.execute(WAKE, [[key for _source, _pk, *keys in changed for key in keys]])
            # Later migrations of the same transaction may alter these tables.
            cursor.execute('SET CONSTRAINTS ALL IMMEDIATE')
            cursor.execute('SET CONSTRAINTS ALL DEFERRED')


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
