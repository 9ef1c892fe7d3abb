"""A named user's word on a lead and a person binds every later run (I7c)."""

from uuid import UUID

from identity import queries
from identity.actions.evidence import hold_evidence
from identity.actions.linking.sql import run
from identity.actions.people import writing
from identity.actions.people.accounts import account_of
from identity.actions.people.refusals import BadChoice, VerdictContradicted
from identity.actions.people.repeating import repeated
from identity.actions.people.waking import wake_case
from identity.models import Driver, Lead
from identity.rules import Source, VerdictKind
from tenants.records.actions import note as audit

# The last word on a person counts, and on the accounts it owns: what was said to the contrary goes. A lead
# must be one person at most, so a new "must" replaces any other.
TAKE_BACK = """
    DELETE FROM identity_verdict v
     WHERE v.lead_id = %(lead)s AND (v.person_id, v.driver_id) IS DISTINCT FROM (%(person)s, %(account)s)
       AND CASE WHEN %(kind)s = 'must_link' AND v.kind = 'must_link' THEN true
                WHEN v.kind = %(kind)s THEN false
                ELSE EXISTS (
                     SELECT 1 FROM identity_driver d
                       JOIN identity_link k ON k.source = 'driver' AND k.source_pk = d.driver_id
                      WHERE (d.id = v.driver_id AND k.person_id = %(person)s)
                         OR (d.id = %(account)s AND k.person_id = v.person_id)) END
"""
SAY = """
    INSERT INTO identity_verdict AS v (lead_id, kind, person_id, driver_id, note, created_at, created_by)
    VALUES (%(lead)s, %(kind)s, %(person)s, %(account)s, %(note)s, statement_timestamp(), %(by)s)
        ON CONFLICT (lead_id, person_id, driver_id) DO UPDATE
       SET kind = EXCLUDED.kind, note = EXCLUDED.note, created_at = EXCLUDED.created_at,
           created_by = EXCLUDED.created_by
     WHERE v.kind <> EXCLUDED.kind
"""


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
    about = {
        "lead": lead.pk,
        "kind": str(kind),
        "person": person,
        "account": account.pk if account else None,
    }
    run(TAKE_BACK, **about)
    return run(SAY, **about, note=note, by=by) == 1


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
