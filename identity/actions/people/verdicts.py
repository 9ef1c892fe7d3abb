"""A named user's word on a lead and a person binds every later run (I7c)."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from identity import queries
from identity.actions.evidence import hold_evidence
from identity.actions.linking.sql import rows, run
from identity.actions.people import writing
from identity.actions.people.accounts import account_of
from identity.actions.people.refusals import BadChoice, VerdictContradicted
from identity.actions.people.repeating import repeated
from identity.actions.people.waking import wake_case
from identity.models import Driver, Lead
from identity.models.numbers import NEXT_NUMBER
from identity.rules import Source, VerdictKind
from tenants.records.actions import note as audit

Word = dict[str, Any]
# How many replaced words are kept: nobody thinks better of it so often, but a program might.
MOST_REPLACED = 50
# The last word on a person counts, and on the accounts it owns: what was said to the contrary goes. A lead
# must be one person at most, so a new "must" replaces any other.
CONTRARY = """
           v.lead_id = %(lead)s
       AND CASE WHEN (v.person_id, v.driver_id) IS NOT DISTINCT FROM (%(person)s, %(driver)s)
                THEN v.kind <> %(kind)s
                WHEN %(kind)s = 'must_link' AND v.kind = 'must_link' THEN true
                WHEN v.kind = %(kind)s THEN false
                ELSE EXISTS (
                     SELECT 1 FROM identity_driver d
                       JOIN identity_link k ON k.source = 'driver' AND k.source_pk = d.driver_id
                      WHERE (d.id = v.driver_id AND k.person_id = %(person)s)
                         OR (d.id = %(driver)s AND k.person_id = v.person_id)) END
"""
# A word behind those that it had replaced.
WORDS = """
    (v.replaced || jsonb_build_object(
        'id', v.id, 'kind', v.kind, 'person', v.person_id, 'driver', v.driver_id, 'note', v.note,
        'created_at', v.created_at, 'created_by', v.created_by))::text
"""
TAKE_BACK = f"DELETE FROM identity_verdict v WHERE {CONTRARY} RETURNING {WORDS}"  # noqa: S608 - constants
# A word that comes back keeps its number and its moment. One that stands takes over what goes now.
SAY = f"""
    INSERT INTO identity_verdict AS v
           (id, lead_id, kind, person_id, driver_id, note, created_at, created_by, replaced)
    VALUES (coalesce(%(id)s, {NEXT_NUMBER}), %(lead)s, %(kind)s, %(person)s, %(driver)s, %(note)s,
            coalesce(%(created_at)s::timestamptz, statement_timestamp()), %(created_by)s,
            %(replaced)s::jsonb)
        ON CONFLICT (lead_id, person_id, driver_id) DO UPDATE
       SET replaced = v.replaced || EXCLUDED.replaced WHERE EXCLUDED.replaced <> '[]'
"""  # noqa: S608 - a constant


@repeated
def give_verdict(
    *, lead_id: int, kind: VerdictKind, by: UUID, person: UUID | None = None, driver: str = "", note: str = ""
) -> bool:
    """Say that a lead must be, or cannot be, a person or the owner of an account; the next run obeys (I7c).

    False when that was said before. Raises UnknownLead, UnknownPerson, UnknownDriver, BadChoice,
    VerdictContradicted when the lead's link says the contrary.
    """
    if (person is None) == (not driver):
        raise BadChoice
    hold_evidence()
    lead = writing.hold_lead(lead_id)
    account = account_of(driver) if driver else None
    person = writing.stay(person) if person else None
    _check_link(lead, kind, person, account)
    said = write_verdict(lead=lead, kind=kind, person=person, account=account, by=by, note=note)
    if said:
        wake_case(lead)
        change = {"kind": str(kind), "person": str(person or ""), "driver": driver}
        audit(verb="give_verdict", of="case", id=lead.pk, by=by, change=change)
    return said


def write_verdict(
    *, lead: Lead, kind: VerdictKind, person: UUID | None, account: Driver | None, by: UUID, note: str = ""
) -> bool:
    """Keep a word in the caller's transaction, in place of what it contradicts; False when it stood there."""
    word: Word = {
        "id": None,
        "kind": str(kind),
        "person": person,
        "driver": account.pk if account else None,
        "note": note,
        "created_at": None,
        "created_by": by,
    }
    return say(lead=lead, word=word)


def say(*, lead: Lead, word: Word) -> bool:
    """Write a word, and with it what it replaces; False when nothing changes."""
    gone = in_order(rows(TAKE_BACK, lead=lead.pk, **word))
    return run(SAY, lead=lead.pk, **word, replaced=json.dumps(gone[-MOST_REPLACED:])) == 1


def in_order(found: Iterable[tuple[str]]) -> list[Word]:
    """Return the words of rows that were told as WORDS, the oldest first."""
    return sorted((word for (told,) in found for word in json.loads(told)), key=said_at)


def said_at(word: Word) -> datetime:
    """Return when a word that was replaced had been said."""
    return datetime.fromisoformat(word["created_at"])


def _check_link(lead: Lead, kind: VerdictKind, person: UUID | None, account: Driver | None) -> None:
    """Raise VerdictContradicted when the lead is linked and the word says otherwise."""
    linked = queries.person_of(source=Source.CABINET, source_pk=lead.source_pk)
    if linked is None:
        return
    meant = person or (
        queries.person_of(source=Source.DRIVER, source_pk=account.driver_id) if account else None
    )
    if (linked == meant) != (kind == VerdictKind.MUST_LINK):
        raise VerdictContradicted(person=str(linked))
