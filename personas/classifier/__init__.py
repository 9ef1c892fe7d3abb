"""The classifier: titles in, personas and reasons out; knows nothing of databases."""

from personas.classifier.classification import Classification, Hit, KeywordRule, PersonaRule
from personas.classifier.competition import Competitor, Part, competitors
from personas.classifier.explanation import explain, explainer
from personas.classifier.normalising import normalise
from personas.classifier.ruleset import NotOneDefault, Ruleset, compile_ruleset

__all__ = [
    "Classification",
    "Competitor",
    "Hit",
    "KeywordRule",
    "NotOneDefault",
    "Part",
    "PersonaRule",
    "Ruleset",
    "competitors",
    "compile_ruleset",
    "explain",
    "explainer",
    "normalise",
]
