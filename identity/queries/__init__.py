"""What can be asked about leads, persons, cases, the backlog and money."""

from identity.queries.imports import UnknownFleetImport, fleet_import, fleet_imports, refused_rows
from identity.queries.leads import UnknownCase, UnknownLead, case_of, lead, leads
from identity.queries.people import (
    cases,
    changes_of,
    links,
    merge_proposals,
    origins,
    person_details,
    persons,
    runs,
)
from identity.queries.stats import Stats, counted_by, stats
from identity.queries.successors import UnknownPerson, person, person_of, successor_of

__all__ = [
    "Stats",
    "UnknownCase",
    "UnknownFleetImport",
    "UnknownLead",
    "UnknownPerson",
    "case_of",
    "cases",
    "changes_of",
    "counted_by",
    "fleet_import",
    "fleet_imports",
    "lead",
    "leads",
    "links",
    "merge_proposals",
    "origins",
    "person",
    "person_details",
    "person_of",
    "persons",
    "refused_rows",
    "runs",
    "stats",
    "successor_of",
]
