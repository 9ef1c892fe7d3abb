"""The statements that read what a batch of leads is decided on (I7)."""

from identity.rules import IdentifierKind

# A key of more holders names nobody, and reading them all would stop a batch.
MOST_HOLDERS = 50

ASKED = """l.id, l.source_pk, l.park, l.phone_key, l.document_key, l.licence_key, l.email_key, l.plate_key,
           l.car_key, l.name_key, l.lead_date, l.inputs::text"""
# Leads that another transaction is at are left to it; the lock lets rows that point here be written. Here as
# below LIMIT makes each row a look-up of an index: what tables have grown by since their statistics were
# taken would be read whole otherwise, for every batch.
LEADS = f"""
    SELECT {ASKED}, c.lead_id IS NOT NULL
      FROM identity_lead l
      LEFT JOIN LATERAL (SELECT * FROM identity_case WHERE lead_id = l.id LIMIT 1) c ON true
     WHERE l.id = ANY(%(leads)s)
       AND (SELECT true FROM identity_link k
             WHERE k.source = 'cabinet_lead' AND k.source_pk = l.source_pk LIMIT 1) IS NULL
       AND c.state IS DISTINCT FROM 'ignored'
       AND (%(force)s OR c.lead_id IS NULL OR c.tried_at IS NULL OR c.inputs IS DISTINCT FROM l.inputs
            OR c.ruleset <> %(ruleset)s OR c.woken_at > c.tried_at)
       AND (c.retry_at IS NULL OR c.retry_at <= %(now)s)
     ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED
"""  # noqa: S608 - constants
SCOUTS = f"""
    SELECT {ASKED}, false
      FROM identity_scoutregistration l
     WHERE l.id = ANY(%(leads)s)
       AND (SELECT true FROM identity_link k
             WHERE k.source = 'scout_registration' AND k.source_pk = l.source_pk LIMIT 1) IS NULL
     ORDER BY l.id FOR NO KEY UPDATE OF l SKIP LOCKED
"""  # noqa: S608 - constants

ACCOUNT = """d.id, d.driver_id, d.park, d.phone_key, d.document_key, d.licence_key, d.email_key, d.plate_key,
           d.car_key, d.name_key, d.hired_on, k.person_id"""
NOBODYS = ACCOUNT.replace("k.person_id", "NULL::uuid")  # whose it is, is asked later
OWNER = """LEFT JOIN LATERAL (SELECT person_id FROM identity_link
                           WHERE source = 'driver' AND source_pk = d.driver_id LIMIT 1) k ON true"""
HIT = f"""hit h CROSS JOIN LATERAL (SELECT * FROM identity_driver WHERE id = h.id LIMIT 1) d {OWNER}"""  # noqa: S608 - constants
# Which accounts hold a key of these leads? One look-up of an index each, whatever the size of the fleet.
ACCOUNTS = f"""
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%(leads)s::bigint[], %(phones)s::text[], %(documents)s::text[],
                             %(licences)s::text[], %(emails)s::text[], %(plates)s::text[])
               AS a(lead, phone, document, licence, email, plate)
    ), hit AS (
        SELECT a.lead, d.id FROM asked a, LATERAL (SELECT id FROM identity_driver
            WHERE phone_key = a.phone AND phone_key <> '' LIMIT {MOST_HOLDERS}) d
         WHERE a.phone <> ''
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (SELECT id FROM identity_driver
            WHERE document_key = a.document AND document_key <> '' LIMIT {MOST_HOLDERS}) d
         WHERE a.document <> ''
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (SELECT id FROM identity_driver
            WHERE licence_key = a.licence AND licence_key <> '' LIMIT {MOST_HOLDERS}) d
         WHERE a.licence <> ''
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (SELECT id FROM identity_driver
            WHERE email_key = a.email AND email_key <> '' LIMIT {MOST_HOLDERS}) d
         WHERE a.email <> ''
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (SELECT id FROM identity_driver
            WHERE plate_key = a.plate AND plate_key <> '' LIMIT {MOST_HOLDERS}) d
         WHERE a.plate <> ''
    )
    SELECT h.lead, {ACCOUNT}
      FROM {HIT}
"""  # noqa: S608 - constants
# Persons may be known by what no account of theirs says.
IDENTIFIERS = " UNION ALL ".join(
    f"""
    SELECT a.lead, i.person_id, i.kind, i.value, i.is_sole
      FROM unnest(%(leads)s::bigint[], %({kind}s)s::text[]) AS a(lead, value)
      CROSS JOIN LATERAL (SELECT person_id, kind, value, is_sole FROM identity_identifier
                           WHERE kind = '{kind}' AND value = a.value LIMIT {MOST_HOLDERS}) i
     WHERE a.value <> ''"""  # noqa: S608 - constants
    for kind in IdentifierKind
)
KNOWN_BY = """
    SELECT p.key, p.name, i.kind, i.value, i.is_sole
      FROM identity_person p JOIN identity_identifier i ON i.person_id = p.key
     WHERE p.key = ANY(%(persons)s) ORDER BY i.id
"""
# Who else goes by the document, licence or phone of an account without a person (I4)?
KIN = f"""
    WITH hit AS (
        SELECT d.id FROM unnest(%(phone)s::text[]) AS a(phone), LATERAL (SELECT id FROM identity_driver
            WHERE phone_key = a.phone AND phone_key <> '' LIMIT {MOST_HOLDERS}) d
        UNION SELECT d.id FROM unnest(%(document)s::text[]) AS a(document), LATERAL (
            SELECT id FROM identity_driver
             WHERE document_key = a.document AND document_key <> '' LIMIT {MOST_HOLDERS}) d
        UNION SELECT d.id FROM unnest(%(licence)s::text[]) AS a(licence), LATERAL (
            SELECT id FROM identity_driver
             WHERE licence_key = a.licence AND licence_key <> '' LIMIT {MOST_HOLDERS}) d
    )
    SELECT {ACCOUNT}
      FROM {HIT}
     WHERE h.id <> ALL(%(accounts)s::bigint[])
"""  # noqa: S608 - constants
SOLE_HOLDERS = """
    SELECT a.kind, a.value, i.person_id
      FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS a(kind, value)
      CROSS JOIN LATERAL (SELECT person_id FROM identity_identifier
                           WHERE kind = a.kind AND value = a.value AND is_sole LIMIT 1) i
"""
# Nobody else holds it, or it is vouched for (I4). What nobody vouches for may be a slip: it counts while
# anything is linked with the person, and with it come the person's name and the accounts that are none of
# theirs: people said so (I7c), or saw them there already when they made a new person.
ONLY_HOLDERS = """
    SELECT a.kind, a.value, i.person_id, i.is_sole, p.name, b.accounts
      FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS a(kind, value)
      CROSS JOIN LATERAL (SELECT h.person_id, h.is_sole, h.created_at FROM identity_identifier h
                           WHERE h.kind = a.kind AND h.value = a.value
                             AND (h.is_sole OR (SELECT true FROM identity_identifier o
                                                 WHERE o.kind = a.kind AND o.value = a.value
                                                   AND o.person_id <> h.person_id LIMIT 1) IS NULL
                                           AND (SELECT true FROM identity_link
                                                 WHERE person_id = h.person_id LIMIT 1))
                           LIMIT 1) i
      LEFT JOIN LATERAL (SELECT name FROM identity_person
                          WHERE key = i.person_id AND NOT i.is_sole LIMIT 1) p ON true
      LEFT JOIN LATERAL (SELECT array_agg(other.id) AS accounts FROM (
                            SELECT v.driver_id AS id
                              FROM identity_link k
                              JOIN identity_lead l ON l.source_pk = k.source_pk
                              JOIN identity_verdict v ON v.lead_id = l.id
                             WHERE k.person_id = i.person_id AND k.source = 'cabinet_lead'
                               AND v.kind = 'cannot_link' AND v.driver_id IS NOT NULL
                            UNION ALL SELECT id FROM identity_driver
                             WHERE a.kind = 'document' AND document_key = a.value AND document_key <> ''
                               AND created_at <= i.created_at
                            UNION ALL SELECT id FROM identity_driver
                             WHERE a.kind = 'licence' AND licence_key = a.value AND licence_key <> ''
                               AND created_at <= i.created_at) other
                          WHERE NOT i.is_sole) b ON true
"""
# Cars of one make, under a name that shares a word (R4): those who share the most, not whoever comes first.
OF_ONE_MAKE = """
            SELECT id FROM identity_driver
             WHERE park = a.park AND car_key = a.car AND car_key <> ''
               AND string_to_array(name_key, ' ') && a.words"""
MOST_ALIKE = """
             ORDER BY (SELECT count(*) FROM unnest(string_to_array(name_key, ' ')) AS w
                        WHERE w = ANY(a.words)) DESC, id LIMIT 5"""
# A typo leaves two thirds of a number as they are: its beginning, its end, or both around the middle (I7b).
NEAR = f"""
    WITH asked AS MATERIALIZED (
        SELECT *, string_to_array(a.name, ' ') AS words
          FROM unnest(%(leads)s::bigint[], %(phones)s::text[], %(documents)s::text[],
                      %(parks)s::text[], %(cars)s::text[], %(dates)s::date[], %(names)s::text[])
               AS a(lead, phone, document, park, car, day, name)
    ), hit AS (
        SELECT a.lead, d.id FROM asked a, LATERAL (
            SELECT id FROM identity_driver
             WHERE left(phone_key, 8) = left(a.phone, 8) AND length(phone_key) > 8 LIMIT {MOST_HOLDERS}) d
         WHERE length(a.phone) > 8
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (
            SELECT id FROM identity_driver
             WHERE right(phone_key, 6) = right(a.phone, 6) AND length(phone_key) > 8 LIMIT {MOST_HOLDERS}) d
         WHERE length(a.phone) > 8
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (
            SELECT id FROM identity_driver
             WHERE left(phone_key, 5) || right(phone_key, 3) = left(a.phone, 5) || right(a.phone, 3)
               AND length(phone_key) > 8 LIMIT {MOST_HOLDERS}) d
         WHERE length(a.phone) > 8
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (
            SELECT id FROM identity_driver
             WHERE left(document_key, -3) = left(a.document, -3) AND length(document_key) > 5
             LIMIT {MOST_HOLDERS}) d
         WHERE length(a.document) > 5
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (
            SELECT id FROM identity_driver
             WHERE right(document_key, 5) = right(a.document, 5) AND length(document_key) > 5
             LIMIT {MOST_HOLDERS}) d
         WHERE length(a.document) > 5
        UNION SELECT a.lead, d.id FROM asked a, LATERAL (
            SELECT id FROM identity_driver
             WHERE left(document_key, -5) || right(document_key, 3)
                   = left(a.document, -5) || right(a.document, 3)
               AND length(document_key) > 5 LIMIT {MOST_HOLDERS}) d
         WHERE length(a.document) > 5
        UNION SELECT a.lead, d.id FROM asked a, LATERAL ({OF_ONE_MAKE}
               AND hired_on BETWEEN a.day - 30 AND a.day + 7 {MOST_ALIKE}) d WHERE a.car <> ''
        UNION SELECT a.lead, d.id FROM asked a, LATERAL ({OF_ONE_MAKE}
               AND hired_on IS NULL {MOST_ALIKE}) d WHERE a.car <> ''
        UNION SELECT a.lead, d.id FROM asked a, LATERAL ({OF_ONE_MAKE}
               AND hired_on IS NOT NULL {MOST_ALIKE}) d WHERE a.car <> '' AND a.day IS NULL
    )
    SELECT h.lead, {ACCOUNT}
      FROM {HIT}
     ORDER BY h.lead, h.id
"""  # noqa: S608 - constants
# The few who bear a name: its first word and its last two (I7). The expression is the index's.
_WORD = "split_part(name_key, ' ', {})"
NAME_PAIR = " || ' ' || ".join(_WORD.format(place) for place in (1, -2, -1))
NAMED = f"""
    SELECT a.lead, {NOBODYS}
      FROM unnest(%(leads)s::bigint[], %(names)s::text[]) AS a(lead, name)
      CROSS JOIN LATERAL (SELECT * FROM identity_driver
                           WHERE {NAME_PAIR} = a.name AND strpos(name_key, ' ') > 0 LIMIT {MOST_HOLDERS}) d
"""  # noqa: S608 - constants
# A document before a licence, should two persons hold one of them each; what nobody vouches for counts only
# for accounts that came later, and if neither is anybody else's (I4). Not an account that people said is no
# account of one of the person's leads (I7c).
UNLINKED_HOLDERS = f"""
    SELECT DISTINCT ON (d.id) i.person_id, {ACCOUNT}
      FROM identity_identifier i
      JOIN identity_driver d ON (i.kind = 'document' AND d.document_key = i.value AND d.document_key <> '')
                             OR (i.kind = 'licence' AND d.licence_key = i.value AND d.licence_key <> '')
      {OWNER}
     WHERE i.person_id = ANY(%(persons)s) AND k.person_id IS NULL
       AND (i.is_sole OR d.created_at > i.created_at
                     AND (SELECT true FROM identity_identifier o
                           WHERE o.kind = 'document' AND o.value = d.document_key
                             AND o.person_id <> i.person_id LIMIT 1) IS NULL
                     AND (SELECT true FROM identity_identifier o
                           WHERE o.kind = 'licence' AND o.value = d.licence_key
                             AND o.person_id <> i.person_id LIMIT 1) IS NULL)
       AND NOT EXISTS (SELECT FROM identity_verdict v JOIN identity_lead l ON l.id = v.lead_id
                        WHERE v.driver_id = d.id AND v.kind = 'cannot_link'
                          AND (SELECT person_id FROM identity_link WHERE source = 'cabinet_lead'
                                  AND source_pk = l.source_pk LIMIT 1) = i.person_id)
     ORDER BY d.id, i.kind
"""  # noqa: S608 - constants
WITHOUT_DRIVER = """
    SELECT l.id, k.person_id
      FROM identity_lead l
      CROSS JOIN LATERAL (SELECT person_id FROM identity_link
                           WHERE source = 'cabinet_lead' AND source_pk = l.source_pk LIMIT 1) k
     WHERE l.id = ANY(%(leads)s)
       AND (SELECT true FROM identity_link d
             WHERE d.person_id = k.person_id AND d.source = 'driver' LIMIT 1) IS NULL
"""
LINKED_LEADS = f"""
    SELECT {ASKED}, false
      FROM identity_lead l WHERE l.id = ANY(%(leads)s) ORDER BY l.id
"""  # noqa: S608 - constants
VERDICTS = f"""
    SELECT v.lead_id, v.kind, v.person_id, v.driver_id, k.person_id
      FROM identity_verdict v
      LEFT JOIN identity_driver d ON d.id = v.driver_id {OWNER}
     WHERE v.lead_id = ANY(%(leads)s)
"""  # noqa: S608 - a constant
ACCOUNTS_BY_ID = f"""
    SELECT 0, {ACCOUNT}
      FROM identity_driver d {OWNER}
     WHERE d.id = ANY(%(accounts)s)
"""  # noqa: S608 - constants
# Accounts of somebody, by driver id.
LINKED_ACCOUNTS = f"""
    SELECT {ACCOUNT}
      FROM identity_driver d
      CROSS JOIN LATERAL (SELECT person_id FROM identity_link
                           WHERE source = 'driver' AND source_pk = d.driver_id LIMIT 1) k
     WHERE d.driver_id = ANY(%(drivers)s::text[])
"""  # noqa: S608 - a constant
