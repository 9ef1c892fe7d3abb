"""W1, P1, P3, P4: the sentence says who won, over whom and who was out."""

import pytest
from django.utils import translation

from personas.classifier import compile_ruleset, explain
from personas.rules import Effect, Match
from tests.personas.rulesets import COMMERCIAL, GENERAL, MARKETING, PERSONAS, keyword

RULES = compile_ruleset(
    PERSONAS,
    (
        keyword("gerente", COMMERCIAL, number=1),
        keyword("Marketing", MARKETING, number=2),
        keyword("gerente ventas", COMMERCIAL, number=3, match=Match.EXACT),
        keyword("ventas", MARKETING, number=4),
        keyword("gerente general", GENERAL, number=5),
        keyword("asistente de", GENERAL, number=6, effect=Effect.EXCLUDE),
    ),
    1,
)


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "The title has no Latin letter or digit, so it goes to the default persona “Otros”."),
        ("Piloto", "No keyword matches “piloto”, so it goes to the default persona “Otros”."),
        ("Gerente", "“gerente” contains the keyword “gerente” of “Comercial”."),
        (
            "Gerente de marketing",
            (
                "“gerente de marketing” contains the keyword “Marketing” of “Marketing”. "
                "It wins over “gerente” of “Comercial” because priority 2 precedes 3."
            ),
        ),
        (
            "Gerente Ventas",
            (
                "“gerente ventas” is exactly the keyword “gerente ventas” of “Comercial”. "
                "It wins over “ventas” of “Marketing” because an exact keyword goes before a phrase."
            ),
        ),
        (
            "Asistente de gerente general",
            (
                "“asistente de gerente general” contains the keyword “gerente” of “Comercial”. "
                "The exclusion “asistente de” takes “Dirección general” out."
            ),
        ),
    ],
)
def test_it_says_why(title, sentence):
    """W1: every automatic decision has its why."""
    with translation.override("en"):
        assert explain(RULES.classify(title)) == sentence
