"""New evidence by a person's hand: cases that it may decide are tried again (I7c)."""

from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest, Now

from identity.actions.evidence import wake_by_keys
from identity.actions.linking.sql import rows
from identity.models import Case, Lead
from identity.rules import CaseState, IdentifierKind

# What a person is known by: its identifiers, and all that its accounts say.
KNOWN_BY = """
    SELECT kind, value FROM identity_identifier WHERE person_id = %(person)s
     UNION
    SELECT said.kind, said.value
      FROM identity_link k JOIN identity_driver d ON d.driver_id = k.source_pk
     CROSS JOIN LATERAL (VALUES ('phone', d.phone_key), ('document', d.document_key),
           ('licence', d.licence_key), ('email', d.email_key), ('plate', d.plate_key)) AS said(kind, value)
     WHERE k.source = 'driver' AND k.person_id = %(person)s AND said.value <> ''
"""
# Later than the try, whichever clock that was stamped by.
NEWS = Greatest(Now(), F("tried_at") + timedelta(microseconds=1))


def wake_for(person: UUID) -> int:
    """Have the open cases tried again that hold a key of a person who is another one now. Two statements."""
    keys: dict[IdentifierKind, set[str]] = {}
    for kind, value in rows(KNOWN_BY, person=person):
        keys.setdefault(IdentifierKind(kind), set()).add(value)
    return wake_by_keys(keys=keys)


def wake_case(lead: Lead) -> bool:
    """Have one open case tried again; False for a lead without one."""
    found = Case.objects.filter(pk=lead.pk, state=CaseState.OPEN)
    return found.update(woken_at=NEWS) == 1
