"""Which lead here is a row over there? By its external id, else by the number of its row (F10)."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from identity.actions.linking.sql import rows
from identity.models import Lead, Link
from identity.rules import ROW_PREFIX, Source
from tenants.records.actions import remember_documents
from tenants.records.models import SourceRecord
from tenants.records.queries import known_documents

COLLECTION = "identity.leads"
LONGEST_ID = 200

# Claims belong to a person's earliest lead; undated ones come last.
EARLIEST = """
    SELECT DISTINCT ON (k.person_id) k.person_id, k.source_pk
      FROM identity_link k LEFT JOIN identity_lead l ON l.source_pk = k.source_pk
     WHERE k.source = 'cabinet_lead' AND k.person_id = ANY(%(persons)s::uuid[])
     ORDER BY k.person_id, l.lead_date NULLS LAST, k.id
"""


def row_numbers(system: str, ids: Iterable[str]) -> dict[str, int]:
    """Return the leads that rows without an external id became, by the rows' ids. One query."""
    asked = {one for one in ids if one and len(one) <= LONGEST_ID}
    known = known_documents(system=system, collection=COLLECTION, ids=asked) if asked else {}
    return {id: int(record.target) for id, record in known.items()}


def remember_rows(system: str, numbers: Mapping[str, int]) -> None:
    """Keep which leads rows without an external id became. One statement."""
    records = [
        SourceRecord(source_id=id, target=str(number), fingerprint="", refusal="")
        for id, number in numbers.items()
        if len(id) <= LONGEST_ID
    ]
    remember_documents(system=system, collection=COLLECTION, records=records)


def lead_keys(system: str, told: Collection[str]) -> dict[str, str]:
    """Return the key here of each lead that is told by its external id or its row's id there. Two queries."""
    found = dict.fromkeys(Lead.objects.filter(source_pk__in=told).values_list("source_pk", flat=True), "")
    keys = {key: key for key in found if not key.startswith(ROW_PREFIX)}
    others = row_numbers(system, [one for one in told if one not in keys])
    return keys | {id: f"{ROW_PREFIX}{number}" for id, number in others.items()}


def leads_of_persons(keys: Collection[str]) -> dict[str, str]:
    """Return the earliest lead of each person, by the person's key as it was written. One query."""
    persons = {key: person for key in keys if (person := _uuid(key))}
    found = dict(rows(EARLIEST, persons=list(persons.values()))) if persons else {}
    return {key: found[person] for key, person in persons.items() if person in found}


def leads_of_drivers(ids: Collection[str]) -> dict[str, str]:
    """Return the earliest lead of each driver's person, by the driver's id. Two queries."""
    links = Link.objects.filter(source=Source.DRIVER, source_pk__in=ids)
    owners = {driver: str(person) for driver, person in links.values_list("source_pk", "person")}
    leads = leads_of_persons(set(owners.values()))
    return {driver: leads[person] for driver, person in owners.items() if person in leads}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
