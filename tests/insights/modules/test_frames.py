"""Q4: frames, their examples and weeks."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given

from insights.modules import Module, compute
from insights.rules import Engine, Frame, ModuleState
from tests.insights.modules.invented import DRAWN, NOON, comment, label, results_of, view, views

GOOD, BAD, WISH = Frame


def framed(frame, **values):
    return comment(label(frame=frame), **values)


def answer(*args, **values):
    return compute(view(*args, **values), Module.FRAMES)


def test_it_shares_out_the_comments_that_have_a_frame():
    """Q4, N20, N21: shares with ci95, examples letter by letter, weeks by the comment's date."""
    later = NOON + timedelta(days=14)
    comments = [
        framed(GOOD, name=1, likes=1),
        framed(GOOD, name=2, likes=5, text="¡Qué lindo! 😍"),
        framed(BAD, name=3, created_at=later),
        framed(None, name=4, likes=99),
    ]
    certain = {"Positivo": [0.342, 1.0], "Negativo": [0.0, 0.658], "Aspiracional": [0.0, 0.658]}
    assert results_of(answer(comments)) == {
        "distribucion_marcos": {"Positivo": 0.667, "Negativo": 0.333, "Aspiracional": 0.0},
        "ci95": {"Positivo": [0.208, 0.939], "Negativo": [0.061, 0.792], "Aspiracional": [0.0, 0.562]},
        "marco_dominante": "Positivo",
        "ejemplos": {
            "Positivo": {"comment_id": 2, "texto": "¡Qué lindo! 😍"},
            "Negativo": {"comment_id": 3, "texto": "comment 3"},
            "Aspiracional": None,
        },
        "evolucion": [
            {
                "semana": "2025-W11",
                "n": 2,
                "distribucion_marcos": {"Positivo": 1.0, "Negativo": 0.0, "Aspiracional": 0.0},
                "ci95": certain,
            },
            {
                "semana": "2025-W13",
                "n": 1,
                "distribucion_marcos": {"Positivo": 0.0, "Negativo": 1.0, "Aspiracional": 0.0},
                "ci95": {"Positivo": [0.0, 0.793], "Negativo": [0.207, 1.0], "Aspiracional": [0.0, 0.793]},
            },
        ],
    }


def test_it_names_no_dominant_frame_on_a_tie():
    """N20: null on a tie."""
    assert answer([framed(GOOD), framed(WISH)]).results.marco_dominante is None


def test_it_has_no_answer_when_no_comment_has_a_frame():
    """Q4: no_data when none, although comments are labelled."""
    result = answer([framed(None)])
    assert (result.estado, result.n, result.results) == (ModuleState.NO_DATA, 1, None)


def test_it_needs_a_model():
    """N11: the offline engine reads no frames."""
    result = answer([comment(label(), engine=Engine.OFFLINE)], engine=Engine.OFFLINE)
    assert result.estado is ModuleState.NEEDS_MODEL


@DRAWN
@given(views())
def test_it_agrees_with_plain_counts(drawn):
    """Q4: a naive oracle; weeks add up to the whole; quotes stand in their comments."""
    results: Any = compute(drawn, Module.FRAMES).results
    counted = Counter(each.label.frame for each in drawn.comments if each.label and each.label.frame)
    assert (results is None) == (not counted)
    if results:
        whole = counted.total()
        for frame in Frame:
            low, high = results.ci95[frame]
            assert abs(results.distribucion_marcos[frame] - counted[frame] / whole) < 0.001
            assert low - 0.001 <= results.distribucion_marcos[frame] <= high + 0.001
            assert (results.ejemplos[frame] is None) == (not counted[frame])
        assert sum(week.n for week in results.evolucion) == whole
        texts = {each.id: each.text for each in drawn.comments}
        shown = [quote for quote in results.ejemplos.values() if quote]
        assert all(texts[quote.comment_id] == quote.texto for quote in shown)
