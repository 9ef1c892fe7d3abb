"""Q9 where there is no model: advice from counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, Remark, advise, compute_all, is_found, reach_of, read_result
from insights.modules.phrases import LANGUAGES, say
from insights.rules import Engine, ModuleState, Sentiment
from tests.insights.modules.invented import DRAWN, NOON, about, comment, of_class, view, views


def answer(labels, **values):
    said = [replace(each, engine=Engine.OFFLINE) for each in view(labels).comments]
    asked: dict[str, Any] = {"engine": Engine.OFFLINE, "minimum": 3}
    drawn = view(said, **asked | values)
    return advise(drawn, compute_all(drawn))


def test_it_advises_from_what_was_counted():
    """N11, Q9: by rules from counts, with evidence, and it says so."""
    complaints = [about(Entrega=-0.8), about(entrega=-0.6), about(Entrega=-0.7)]
    result = answer([*complaints, about(Calidad=0.5)])
    assert result.warnings == (Remark.BY_RULES,)
    first, second = result.results.recomendaciones
    assert first.recomendacion == "Resolver lo que molesta de Entrega"
    assert first.descripcion == "75 % de los comentarios hablan mal de Entrega, con fuerza 70 de 100."
    assert first.area_estrategica == "Operaciones"
    assert (first.score_impacto, first.prioridad) == (72.5, 1.45)
    assert (first.evidencia[0].module, first.evidencia[0].topic) == (Module.OPPORTUNITIES, "Entrega")
    assert second.recomendacion == "Mostrar más lo que gusta de Calidad"
    praise = "25 % de los comentarios hablan de Calidad, con un sentimiento de 50 sobre 100."
    assert (second.descripcion, second.prioridad) == (praise, 1.25)


def test_it_plans_nothing_for_one_or_two_people():
    """Q9: fewer than three comments are answered, not planned for."""
    assert answer([about(Entrega=-0.8), about(Entrega=-0.8), about()]).estado is ModuleState.NO_DATA


def test_it_tests_unrounded_figures():
    """N20: 74 of 247 are shown as 30 %, and 0.296 as 0.3; neither is so much. Equal is enough."""
    classes = [of_class(Sentiment.NEGATIVE)] * 74 + [of_class(Sentiment.POSITIVE)] * 173
    assert answer(classes).estado is ModuleState.NO_DATA
    assert answer([*classes, of_class(Sentiment.NEGATIVE)]).results is not None
    assert answer([about(Calidad=0.296)] * 3).estado is ModuleState.NO_DATA
    assert answer([about(Calidad=0.3)] * 3).results is not None


def test_it_says_where_to_look_when_a_week_fell():
    """Q8, Q9: the newest Deterioro of the weeks, by its week."""
    earlier = [comment(of_class(Sentiment.POSITIVE))] * 3
    later = [comment(of_class(Sentiment.NEGATIVE), created_at=NOON + timedelta(days=7))] * 3
    titles = [each.recomendacion for each in answer([*earlier, *later]).results.recomendaciones]
    assert titles == [
        "Averiguar qué pasó en la semana del 17 mar 2025",
        "Responder a los comentarios negativos",
    ]


@pytest.mark.parametrize("comments", [[], [about(Entrega=-1)] * 2, [about()] * 5])
def test_it_says_nothing_without_figures(comments):
    """Q9: no canned text: too few comments, or nothing in them, is no advice."""
    assert answer(comments).estado is ModuleState.NO_DATA


def test_it_speaks_the_asked_language():
    """W7: the same advice in English."""
    result = answer([about(Entrega=-0.8)] * 3, language="en")
    assert result.results.recomendaciones[0].recomendacion == "Solve what annoys people about Entrega"


def test_it_says_each_phrase_in_each_language():
    """W7: no language lacks a phrase; words of strangers are filled in once."""
    keys = [set(phrases) for phrases in LANGUAGES.values()]
    assert keys[0] == keys[1]
    assert say("fr", "solve", topic="{share}") == "Resolver lo que molesta de {share}"


@DRAWN
@given(views(engine=Engine.OFFLINE))
def test_it_gives_only_advice_whose_evidence_is_there(drawn):
    """Q9: at most eight, each with evidence that can be found in the same view."""
    results = compute_all(drawn)
    result: Any = advise(drawn, results)
    assert read_result(Module.RECOMMENDATIONS, result.to_json()) == result
    reach = reach_of(drawn, results)
    advice = result.results.recomendaciones if result.results else ()
    assert len(advice) <= 8
    assert all(is_found(item, reach) for each in advice for item in each.evidencia)
