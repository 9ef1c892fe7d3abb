"""The classifier: titles in, personas and reasons out; knows nothing of databases."""

from personas.classifier.classification import Classification, Hit, KeywordRule, PersonaRule
from personas.classifier.explanation import explain
from personas.classifier.normalising import normalise
from personas.classifier.ruleset import NotOneDefault, Ruleset, compile_ruleset

__all__ = [
    "Classification",
    "Hit",
    "KeywordRule",
    "NotOneDefault",
    "PersonaRule",
    "Ruleset",
    "compile_ruleset",
    "explain",
    "normalise",
]
