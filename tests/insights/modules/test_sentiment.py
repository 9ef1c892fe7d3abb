"""Q7: the four classes."""

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, Remark, compute
from insights.modules.sentiment import clarity
from insights.rules import Engine, ModuleState, Sentiment
from tests.insights.modules.invented import DRAWN, comment, of_class, results_of, view, views

GOOD, BAD, NEUTRAL, MIXED = Sentiment


def answer(*args, **values):
    return compute(view(*args, **values), Module.SENTIMENT)


def test_it_shares_out_the_comments_that_have_a_class():
    """Q7, N20: shares over comments with a class; subjectivity over those that have one."""
    comments = [
        comment(of_class(GOOD, subjectivity=0.5), name=1),
        comment(of_class(MIXED, subjectivity=0.25), name=2),
        comment(of_class(MIXED), name=3, likes=1, text="Lindo, pero caro"),
        comment(of_class(None), name=4, likes=9),
    ]
    assert results_of(answer(comments)) == {
        "distribucion": {"Positivo": 0.333, "Negativo": 0.0, "Neutral": 0.0, "Mixto": 0.667},
        "ci95": {
            "Positivo": [0.061, 0.792],
            "Negativo": [0.0, 0.562],
            "Neutral": [0.0, 0.562],
            "Mixto": [0.208, 0.939],
        },
        "porcentaje_mixto": 66.67,
        "subjetividad_promedio": 0.38,
        "ejemplo_mixto": {"comment_id": 3, "texto": "Lindo, pero caro"},
        "claridad": "BAJA",
    }


@pytest.mark.parametrize(
    ("mixed", "clear"),
    [
        (0, "ALTA"),
        (Fraction(24999999, 10**6), "ALTA"),
        (25, "MEDIA"),
        (Fraction(49999999, 10**6), "MEDIA"),
        (50, "BAJA"),
        (100, "BAJA"),
    ],
)
def test_it_says_how_clear_people_are(mixed, clear):
    """Q7, N20: below 25 ALTA, below 50 MEDIA, unrounded."""
    assert clarity(Fraction(mixed)) == clear


def test_it_quotes_no_mixed_comment_when_there_is_none():
    """Q7: ejemplo_mixto only from a Mixto comment, else null."""
    assert answer([comment(of_class(GOOD), likes=9)]).results.ejemplo_mixto is None


def test_it_has_no_answer_when_no_comment_has_a_class():
    """N19: labelled, but undecided."""
    result = answer([of_class(None)])
    assert (result.estado, result.n) == (ModuleState.NO_DATA, 1)


def test_it_says_that_subjectivity_needs_a_model():
    """N11: the rest of Q7 is there without one."""
    offline = answer([comment(of_class(GOOD), engine=Engine.OFFLINE)], engine=Engine.OFFLINE)
    assert (offline.estado, offline.warnings) == (ModuleState.OK, (Remark.NO_SUBJECTIVITY,))
    assert offline.results.subjetividad_promedio is None
    assert answer([of_class(GOOD)]).warnings == ()


@DRAWN
@given(views())
def test_it_agrees_with_plain_counts(drawn):
    """Q7: a naive oracle."""
    results: Any = compute(drawn, Module.SENTIMENT).results
    counted = Counter(each.label.sentiment for each in drawn.comments if each.label and each.label.sentiment)
    assert (results is None) == (not counted)
    if results:
        for sentiment in Sentiment:
            share = counted[sentiment] / counted.total()
            assert abs(results.distribucion[sentiment] - share) < 0.001
        assert results.porcentaje_mixto == pytest.approx(100 * counted[MIXED] / counted.total(), abs=0.006)
