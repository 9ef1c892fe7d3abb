"""What can be asked about rules, contacts and imports."""

from personas.queries.contacts import (
    Checksum,
    ContactFilter,
    ContactsPage,
    UnknownContact,
    changes_of,
    contact,
    contacts,
    contacts_checksum,
    contacts_page,
    narrowed,
)
from personas.queries.imports import (
    UnknownImport,
    linkedin_import,
    linkedin_imports,
    rejected_rows,
    remembered_mapping,
)
from personas.queries.lint import RulesUse, rules_use
from personas.queries.overview import (
    Counted,
    Figure,
    Growth,
    PersonaOverview,
    Share,
    overview,
    shares,
    sources,
)
from personas.queries.rulesets import Revision, UnknownPersona, keywords, persona, personas, revision

__all__ = [
    "Checksum",
    "ContactFilter",
    "ContactsPage",
    "Counted",
    "Figure",
    "Growth",
    "PersonaOverview",
    "Revision",
    "RulesUse",
    "Share",
    "UnknownContact",
    "UnknownImport",
    "UnknownPersona",
    "changes_of",
    "contact",
    "contacts",
    "contacts_checksum",
    "contacts_page",
    "keywords",
    "linkedin_import",
    "linkedin_imports",
    "narrowed",
    "overview",
    "persona",
    "personas",
    "rejected_rows",
    "remembered_mapping",
    "revision",
    "rules_use",
    "shares",
    "sources",
]
