"""Q2: five traits, their gaps, and which dominate."""

from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, compute
from insights.modules.personality import dominant_traits
from insights.rules import Engine, ModuleState, Trait
from tests.insights.modules.invented import DRAWN, comment, label, results_of, view, views

S, E, C, P, R = Trait


def showing(**levels):
    return label(traits={Trait(name): level for name, level in levels.items()})


def answer(*args, **values):
    return compute(view(*args, **values), Module.PERSONALITY)


def test_it_leaves_nulls_out_of_means():
    """Q2, N20: means over the comments that show a trait; one decimal; the gap is perceived − target."""
    comments = [
        comment(showing(Sinceridad=80, Competencia=40.25), post="p1"),
        comment(showing(Sinceridad=75, Competencia=None), post="p1"),
        comment(label(), post="p2"),
    ]
    assert results_of(answer(comments, targets={S: 70, C: 45.5, R: 10, E: None})) == {
        "rasgos": {
            "Sinceridad": 77.5,
            "Emocion": None,
            "Competencia": 40.3,
            "Sofisticacion": None,
            "Rudeza": None,
        },
        "dimensiones_dominantes": ["Sinceridad"],
        "brecha": {
            "Sinceridad": 7.5,
            "Emocion": None,
            "Competencia": -5.3,
            "Sofisticacion": None,
            "Rudeza": None,
        },
        "por_post": [
            {
                "post_url": "https://instagram.com/p1",
                "num_comentarios": 2,
                "rasgos": {
                    "Sinceridad": 77.5,
                    "Emocion": None,
                    "Competencia": 40.3,
                    "Sofisticacion": None,
                    "Rudeza": None,
                },
                "dimensiones_dominantes": ["Sinceridad"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("means", "dominant"),
    [
        ({S: 60.0, E: 55.0}, (S,)),
        ({S: 60.0, E: 55.01}, (S, E)),
        ({S: 60.2, E: 55.2}, (S,)),  # in floats 5.000000000000000 or a hair less
        ({S: 70.1, C: 65.1}, (S,)),
        ({R: 60.0, E: 60.0, S: 60.0}, (R, E)),  # asked in this order
        ({S: 58.0, E: 60.0, C: 59.0}, (E, C)),
        ({S: 3.0, E: None, C: 0.0}, (S,)),
        ({S: 0.0, E: 0.0, C: None}, ()),
        ({S: None}, ()),
    ],
)
def test_it_names_a_second_trait_only_if_less_than_five_behind(means, dominant):
    """Q2, N20: strictly less than 5, unrounded; ties in listed order; at most two; none of zeros."""
    assert dominant_traits(means) == dominant


def test_it_breaks_ties_in_listed_order():
    """N20: Q2's ties go by the list, whatever order a label has."""
    assert answer([showing(Rudeza=50, Competencia=50, Emocion=50)]).results.dimensiones_dominantes == (E, C)


def test_it_needs_a_model():
    """N11: the offline engine gives no traits, and a person's one correction makes no tile."""
    comments = [
        comment(label(), engine=Engine.OFFLINE),
        comment(showing(Sinceridad=50), engine=Engine.HUMAN),
    ]
    result = answer(comments, engine=Engine.OFFLINE)
    assert (result.estado, result.results, result.n) == (ModuleState.NEEDS_MODEL, None, 2)


def test_it_has_no_answer_when_nobody_shows_a_trait():
    """N19: no_data has no results."""
    result = answer([label()])
    assert (result.estado, result.results) == (ModuleState.NO_DATA, None)


@DRAWN
@given(views())
def test_it_agrees_with_plain_means(drawn):
    """Q2: a naive oracle."""
    result: Any = compute(drawn, Module.PERSONALITY).results
    for trait in Trait:
        shown = [
            level
            for each in drawn.comments
            if each.label and (level := each.label.traits.get(trait)) is not None
        ]
        if shown:
            assert result.rasgos[trait] == pytest.approx(sum(shown) / len(shown), abs=0.051)
        else:
            assert result is None or result.rasgos[trait] is None
