"""What is stored about personas, the contacts that have them, and the files contacts came from."""

from personas.models.contacts import (
    Contact,
    ContactCompany,
    ContactEmail,
    ContactPersona,
    JobTitle,
    PersonaChange,
)
from personas.models.imports import ImportMapping, LinkedInImport, RejectedRow
from personas.models.rulesets import Keyword, Persona, RulesetRevision

__all__ = [
    "Contact",
    "ContactCompany",
    "ContactEmail",
    "ContactPersona",
    "ImportMapping",
    "JobTitle",
    "Keyword",
    "LinkedInImport",
    "Persona",
    "PersonaChange",
    "RejectedRow",
    "RulesetRevision",
]
