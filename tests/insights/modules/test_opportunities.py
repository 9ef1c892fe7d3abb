"""Q6: needs by topic, their zone, and complaints in place of needs."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Cuts, Module, Remark, compute, topic_key
from insights.modules.opportunities import CITED, level, zone
from insights.rules import Engine, Need
from tests.insights.modules.invented import DRAWN, about, comment, label, results_of, view, views


def asks(topic, impact, **values):
    return comment(label(need=Need("more", topic, impact)), **values)


def answer(*args, **values):
    return compute(view(*args, **values), Module.OPPORTUNITIES)


def test_it_groups_needs_by_topic():
    """Q6, N9, N20: demand is the percent of n that ask, impact their mean; the urgent first."""
    comments = [
        asks("Envíos", 40, name=1),
        asks("envios ", 60, name=2, likes=1),
        asks("garantia", 33, name=3),
        *[comment(label()) for _ in range(13)],
    ]
    assert results_of(answer(comments)) == {
        "oportunidades": [
            {
                "tema": "envios",
                "demanda": 12.5,
                "impacto": 50.0,
                "impacto_nivel": "Medio",
                "zona": "prioridad_critica",
                "comment_ids": [2, 1],
                "accion": "Resolver ya y comunicarlo",
            },
            {
                "tema": "Garantía",
                "demanda": 6.25,
                "impacto": 33.0,
                "impacto_nivel": "Bajo",
                "zona": "observar",
                "comment_ids": [3],
                "accion": "Observar",
            },
        ]
    }


@pytest.mark.parametrize(
    ("demand", "impact", "where"),
    [
        (Fraction(10), 50.0, "prioridad_critica"),
        (Fraction(9999, 1000), 50.0, "nicho_intenso"),
        (Fraction(10), 49.999, "ruido"),
        (Fraction(9999, 1000), 49.999, "observar"),
    ],
)
def test_it_places_opportunities_by_both_cuts(demand, impact, where):
    """Q6: equal is high; only impact is a niche, only demand is noise."""
    assert zone(demand, impact, Cuts()) == where


def test_it_takes_other_cuts():
    """Q6: the cuts are settings."""
    assert zone(Fraction(5), 20, Cuts(demand=5, impact=20)) == "prioridad_critica"


@pytest.mark.parametrize(
    ("impact", "strength"), [(33.999, "Bajo"), (34, "Medio"), (66.999, "Medio"), (67, "Alto"), (0, "Bajo")]
)
def test_it_names_the_level_of_an_impact(impact, strength):
    """Q6: below 34 Bajo, below 67 Medio, else Alto."""
    assert level(impact) == strength


def test_it_counts_complaints_where_no_engine_reads_needs():
    """N11: demand = comments negative on a topic, impact = 100 × their mean strength; and it says so."""
    comments = [
        comment(about(Entrega=-0.5, Calidad=0.9), name=1, engine=Engine.OFFLINE),
        comment(about(entrega=-1), name=2, engine=Engine.OFFLINE),
        comment(about(Entrega=0), name=3, engine=Engine.OFFLINE),
    ]
    result = answer(comments, engine=Engine.OFFLINE)
    (only,) = result.results.oportunidades
    assert (only.tema, only.demanda, only.impacto) == ("Entrega", 66.67, 75.0)
    assert only.comment_ids == (2, 1) or only.comment_ids == (1, 2)
    assert result.warnings == (Remark.BY_RULES,)


def test_it_lists_the_most_liked_comments_of_an_opportunity():
    """N21: so many can be read; the demand counts all."""
    (only,) = answer([asks("Precio", 50, likes=place) for place in range(CITED + 5)]).results.oportunidades
    assert only.comment_ids[:2] == (CITED + 5, CITED + 4)
    assert len(only.comment_ids) == CITED


@DRAWN
@given(views())
def test_it_agrees_with_plain_counts(drawn):
    """Q6: a naive oracle."""
    results: Any = compute(drawn, Module.OPPORTUNITIES).results
    said = [each for each in drawn.comments if each.label]
    asked = defaultdict(list)
    for each in said:
        if each.label.need:
            asked[topic_key(each.label.need.topic)].append(each)
    shown = {topic_key(each.tema): each for each in results.oportunidades} if results else {}
    assert set(shown) == set(asked)
    for key, opportunity in shown.items():
        impacts = [each.label.need.impact for each in asked[key]]
        assert opportunity.demanda == pytest.approx(100 * len(impacts) / len(said), abs=0.0051)
        assert opportunity.impacto == pytest.approx(sum(impacts) / len(impacts), abs=0.051)
        assert set(opportunity.comment_ids) == {each.id for each in asked[key]}
