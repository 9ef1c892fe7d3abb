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
from personas.models.metrics import MetricsRecord
from personas.models.reclassifications import (
    AppliedChunk,
    ListedChange,
    PersonaDay,
    Reclassification,
    TitleDecision,
)
from personas.models.rulesets import Keyword, Persona, RulesetRevision

__all__ = [
    "AppliedChunk",
    "Contact",
    "ContactCompany",
    "ContactEmail",
    "ContactPersona",
    "ImportMapping",
    "JobTitle",
    "Keyword",
    "LinkedInImport",
    "ListedChange",
    "MetricsRecord",
    "Persona",
    "PersonaChange",
    "PersonaDay",
    "Reclassification",
    "RejectedRow",
    "RulesetRevision",
    "TitleDecision",
]
