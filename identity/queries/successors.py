"""One person by its key, whose a lead or account is, and who lives on behind a tombstone (I9)."""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from identity.models import Link, Person
from identity.rules import Source
from tenants.rules import RefusalKind, Refused

# Successors of successors; a constraint and the merge keep the chain without circles.
SUCCESSOR = """
    WITH RECURSIVE chain AS (
        SELECT key, merged_into_id FROM identity_person WHERE key = %(key)s
         UNION ALL
        SELECT p.key, p.merged_into_id FROM identity_person p JOIN chain c ON p.key = c.merged_into_id)
    SELECT key FROM chain WHERE merged_into_id IS NULL
"""


class UnknownPerson(Refused):
    """There is no such person in this tenant."""

    code = "person_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such person.")


def person(*, key: UUID) -> Person:
    """Return a person or a tombstone. One query. Raises UnknownPerson."""
    found = Person.objects.filter(pk=key).first()
    if found is None:
        raise UnknownPerson(person=str(key))
    return found


def successor_of(*, key: UUID) -> UUID:
    """Return who lives on behind a key: itself, or the last of its successors. One query.

    Raises UnknownPerson.
    """
    with connection.cursor() as cursor:
        cursor.execute(SUCCESSOR, {"key": key})
        found = cursor.fetchone()
    if found is None:
        raise UnknownPerson(person=str(key))
    return UUID(str(found[0]))


def person_of(*, source: Source, source_pk: str) -> UUID | None:
    """Return whose a lead, registration or account is, None for nobody's. One query."""
    found = Link.objects.filter(source=source, source_pk=source_pk)
    return found.values_list("person_id", flat=True).first()
