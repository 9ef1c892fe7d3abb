"""What only documents of the first system know about contacts, written a chunk at a time (ADR 4)."""

from collections.abc import Mapping
from uuid import UUID

from personas.actions import statements as sql
from personas.classifier import PersonaRule
from personas.imports.documents import ContactRecord

PHONES = """
    UPDATE personas_contact c SET phone = v.phone, updated_at = statement_timestamp()
      FROM unnest(%(ids)s::bigint[], %(phones)s::text[]) AS v(id, phone)
     WHERE c.id = v.id AND c.phone = ''
"""

# Only while the persona is the one that was reclassified over there: another one has another moment.
RECLASSIFIED = """
    UPDATE personas_contactpersona cp SET reclassified_at = v.at, reclassified_by_job = v.job
      FROM unnest(%(ids)s::bigint[], %(personas)s::bigint[], %(moments)s::timestamptz[], %(jobs)s::uuid[])
           AS v(id, persona, at, job)
     WHERE cp.contact_id = v.id AND cp.persona_id = v.persona AND cp.reclassified_at IS NULL
"""

# The write itself asks whether a person holds the contact here: what was decided here stands (P7).
HOLD = """
    UPDATE personas_contactpersona cp
       SET locked = v.locked, assigned_manually = v.manual, locked_at = statement_timestamp(),
           locked_by = %(by)s
      FROM unnest(%(ids)s::bigint[], %(locked)s::bool[], %(manual)s::bool[]) AS v(id, locked, manual)
     WHERE cp.contact_id = v.id AND NOT cp.locked AND NOT cp.assigned_manually
"""


def fill_phones(phones: Mapping[int, str]) -> None:
    """Give phones to contacts that have none. One statement at most."""
    known = {number: phone for number, phone in phones.items() if phone}
    if known:
        sql.rows(PHONES, ids=list(known), phones=list(known.values()))


def carry_reclassified(facts: Mapping[int, tuple[ContactRecord, PersonaRule | None]]) -> None:
    """Keep when and by which job a persona was given over there. One statement at most."""
    known = [
        (number, persona.id, record.reclassified_at, record.reclassified_by_job)
        for number, (record, persona) in facts.items()
        if persona is not None and record.reclassified_at is not None
    ]
    if known:
        ids, personas, moments, jobs = map(list, zip(*known, strict=True))
        sql.rows(RECLASSIFIED, ids=ids, personas=personas, moments=moments, jobs=jobs)


def hold(records: Mapping[int, ContactRecord], *, by: UUID) -> None:
    """Keep contacts from jobs and imports as they were kept over there. One statement at most."""
    if records:
        sql.rows(
            HOLD,
            by=by,
            ids=list(records),
            locked=[record.locked for record in records.values()],
            manual=[record.assigned_manually for record in records.values()],
        )
