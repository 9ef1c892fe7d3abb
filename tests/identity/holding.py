"""What persons hold, as a checksum that two moments can be compared by."""

from django.db import connection

from identity.models import Claim, Identifier, Link, Origin, Person, Verdict

TOMBSTONES = """
    SELECT p.key FROM identity_person p
     WHERE p.merged_into_id IS NOT NULL
       AND (EXISTS (SELECT FROM identity_link x WHERE x.person_id = p.key)
         OR EXISTS (SELECT FROM identity_identifier x WHERE x.person_id = p.key)
         OR EXISTS (SELECT FROM identity_origin x WHERE x.person_id = p.key)
         OR EXISTS (SELECT FROM identity_verdict x WHERE x.person_id = p.key)
         OR EXISTS (SELECT FROM identity_claim x WHERE x.person_id = p.key))
"""
ORPHANED = """
    SELECT l.person_id FROM identity_link l LEFT JOIN identity_origin o USING (person_id)
     WHERE l.source <> 'driver' AND o.person_id IS NULL
     UNION
    SELECT o.person_id FROM identity_origin o
     WHERE NOT EXISTS (SELECT FROM identity_link l WHERE l.person_id = o.person_id
                          AND (l.source, l.source_pk) = (o.kind, o.source_pk))
     UNION
    SELECT c.person_id FROM identity_claim c
     WHERE c.person_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM identity_link l WHERE l.person_id = c.person_id
                          AND l.source = 'cabinet_lead' AND l.source_pk = c.source_pk)
"""


def holdings():
    """Return every link, identifier, verdict, claim and origin with its holder, all columns."""
    return {
        model.__name__: sorted(model.objects.values_list(), key=str)
        for model in (Link, Identifier, Verdict, Claim, Origin)
    }


def check_holdings():
    """Fail when a tombstone holds something, or a link, an origin and a claim disagree."""
    with connection.cursor() as cursor:
        for statement in (TOMBSTONES, ORPHANED):
            cursor.execute(statement)
            assert cursor.fetchall() == []


def living():
    """Return the keys of persons who live."""
    return list(Person.objects.filter(merged_into=None).order_by("key").values_list("key", flat=True))
