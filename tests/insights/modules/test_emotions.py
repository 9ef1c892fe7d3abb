"""Q1: means of the eight emotions."""

from statistics import fmean
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, compute
from insights.rules import Emotion
from tests.insights.modules.invented import DRAWN, comment, feeling, results_of, view, views


def answer(*args, **values):
    return compute(view(*args, **values), Module.EMOTIONS)


def test_it_takes_means_over_comments():
    """Q1, N20: three decimals, weighted by comments, the same per post, the most commented post first."""
    comments = [
        comment(feeling(alegria=0.5, ira=0.2), post="p2"),
        comment(feeling(alegria=0.25), post="p2"),
        comment(feeling(ira=1.0), post="p1"),
    ]
    assert results_of(answer(comments)) == {
        "emociones": dict.fromkeys(Emotion, 0.0) | {"alegria": 0.25, "ira": 0.4},
        "emocion_dominante": "ira",
        "por_post": [
            {
                "post_url": "https://instagram.com/p2",
                "num_comentarios": 2,
                "emociones": dict.fromkeys(Emotion, 0.0) | {"alegria": 0.375, "ira": 0.1},
                "emocion_dominante": "alegria",
            },
            {
                "post_url": "https://instagram.com/p1",
                "num_comentarios": 1,
                "emociones": dict.fromkeys(Emotion, 0.0) | {"ira": 1.0},
                "emocion_dominante": "ira",
            },
        ],
    }


def test_it_rounds_a_half_away_from_zero():
    """N20: (0.5 + 0.125) ÷ 10 = 0.0625 is shown as 0.063."""
    levels = [0.5, 0.125, *[0.0] * 8]
    assert results_of(answer([feeling(miedo=level) for level in levels]))["emociones"]["miedo"] == 0.063


@pytest.mark.parametrize("said", [feeling(), feeling(alegria=0.4, miedo=0.4)])
def test_it_names_no_dominant_emotion_on_a_tie(said):
    """N20: dominant is null on a tie and when all are zero."""
    assert answer([said]).results.emocion_dominante is None


def test_it_sees_a_tie_that_floats_would_hide():
    """N20: 0.1 + 0.2 and 0.3 are the same mean."""
    comments = [feeling(alegria=0.1, ira=0.3), feeling(alegria=0.2)]
    assert answer(comments).results.emocion_dominante is None


def test_it_finds_the_dominant_in_unrounded_means():
    """N20: 0.3001 is above 0.3, although both are shown as 0.300."""
    result = answer([feeling(miedo=0.3, tristeza=0.3001)]).results
    assert result.emociones[Emotion.SADNESS] == result.emociones[Emotion.FEAR] == 0.3
    assert result.emocion_dominante is Emotion.SADNESS


@DRAWN
@given(views())
def test_it_agrees_with_plain_means(drawn):
    """Q1: a naive oracle, over labelled comments only."""
    result: Any = compute(drawn, Module.EMOTIONS).results
    said = [each.label for each in drawn.comments if each.label]
    if not said:
        assert result is None
        return
    for emotion in Emotion:
        assert result.emociones[emotion] == pytest.approx(
            fmean(each.emotions[emotion] for each in said), abs=0.00051
        )
    assert sum(each.num_comentarios for each in result.por_post) == len(said)
