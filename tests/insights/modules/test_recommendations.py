"""Q9: one recommendation of a model is believed or rejected, alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.modules import (
    Area,
    Evidence,
    MalformedResult,
    Module,
    Rejected,
    check_recommendation,
    compute_all,
    from_model,
    is_found,
    reach_of,
    read_result,
    within,
)
from insights.modules.recommendations import Fault, made, ranked, urgency
from insights.rules import Frame, ModuleState, Need, Sentiment
from tests.insights.modules.invented import DRAWN, NOON, about, comment, label, view

ROW: dict[str, Any] = {
    "recomendacion": " Acelerar la entrega ",
    "descripcion": "El 60 % se queja.",
    "area_estrategica": "Operaciones",
    "score_impacto": 80,
    "score_esfuerzo": 30,
    "acciones_concretas": ["Medir los plazos"],
    "evidencia": [
        {"module": "Q3", "topic": "entrega ", "semana": None},
        {"module": "Q8", "semana": "2025-W11"},
        {"module": "Q7", "comment_ids": [1]},
    ],
}


def a_view():
    said = label(sentiment=Sentiment.NEGATIVE, topics=about(Entrega=-1).topics)
    return view([comment(said, name=1), comment(None, name=2)], minimum=1)


def reach():
    return reach_of(a_view(), compute_all(a_view()))


def answer(*rows):
    return from_model(a_view(), compute_all(a_view()), rows)


def test_it_believes_a_recommendation_with_evidence():
    """Q9, N9: ratio and urgency are reckoned here; topics get the spelling of the tables."""
    assert answer(ROW | {"prioridad": 99, "urgencia": "BAJA"}).to_json()["results"] == {
        "recomendaciones": [
            ROW
            | {
                "recomendacion": "Acelerar la entrega",
                "prioridad": 2.67,
                "urgencia": "CRÍTICA",
                "evidencia": [
                    {"module": "Q3", "topic": "Entrega", "semana": None, "comment_ids": []},
                    {"module": "Q8", "topic": None, "semana": "2025-W11", "comment_ids": []},
                    {"module": "Q7", "topic": None, "semana": None, "comment_ids": [1]},
                ],
            }
        ]
    }


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"score_impacto": 0}, Fault.OUT_OF_RANGE),
        ({"score_impacto": 100.5}, Fault.OUT_OF_RANGE),
        ({"score_esfuerzo": 0}, Fault.OUT_OF_RANGE),
        ({"score_esfuerzo": 101, "score_impacto": -1}, Fault.OUT_OF_RANGE),
        ({"score_impacto": "80"}, Fault.MALFORMED),
        ({"score_impacto": True}, Fault.MALFORMED),
        ({"score_impacto": float("nan")}, Fault.MALFORMED),
        ({"score_impacto": None}, Fault.MALFORMED),
        ({"area_estrategica": "Finanzas"}, Fault.MALFORMED),
        ({"recomendacion": "  "}, Fault.MALFORMED),
        ({"recomendacion": "a\x00b"}, Fault.MALFORMED),
        ({"recomendacion": "x" * 501}, Fault.MALFORMED),
        ({"acciones_concretas": "Medir"}, Fault.MALFORMED),
        ({"acciones_concretas": [""]}, Fault.MALFORMED),
        ({"evidencia": []}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q3", "topic": "Moda"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q3", "topic": ""}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q2"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q10"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q8", "semana": "2025-W12"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q8", "semana": "la última"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q7", "comment_ids": [1, 2]}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q3"}, {"module": "Q3", "topic": "Moda"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q7", "topic": "Entrega"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q8", "topic": "Entrega"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q6", "topic": "Entrega"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q3", "topic": "Precio"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q1", "semana": "2025-W11"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q4", "semana": "2025-W11"}]}, Fault.UNRESOLVABLE),
        ({"evidencia": [{"module": "Q99"}]}, Fault.MALFORMED),
        ({"evidencia": [{"topic": "Entrega"}]}, Fault.MALFORMED),
        ({"evidencia": [{"module": "Q3", "source": "x"}]}, Fault.MALFORMED),
        ({"evidencia": "Q3"}, Fault.MALFORMED),
    ],
)
def test_it_rejects_what_it_cannot_believe(change, fault):
    """Q9: out of range, malformed, or evidence that is not in the view: that one is rejected."""
    with pytest.raises(Rejected) as refused:
        check_recommendation(ROW | change, reach())
    assert refused.value.fault is fault


def test_it_finds_each_place_in_its_own_module():
    """Q9: topics in Q3 and Q6 alone, weeks in Q4 and Q8 alone, as each of them tells of them."""
    asked = label(need=Need("more", "precio", 80), sentiment=Sentiment.NEGATIVE, topics=about(Moda=-1).topics)
    framed = label(frame=Frame.NEGATIVE)
    later = comment(framed, name=2, created_at=NOON + timedelta(days=7))
    seen = view([comment(asked, name=1), later], minimum=1)
    near = reach_of(seen, compute_all(seen))
    places = [("moda", None), ("precio", None), (None, "2025-W11"), (None, "2025-W12")]
    within_reach = {
        (str(module), topic or week)
        for module in Module
        for topic, week in places
        if is_found(Evidence(module, topic, week), near)
    }
    assert within_reach == {
        ("Q3", "moda"), ("Q6", "precio"), ("Q4", "2025-W12"), ("Q8", "2025-W11"), ("Q8", "2025-W12"),
    }  # fmt: skip


@pytest.mark.parametrize("row", [None, [], "text", 7, {}, {"recomendacion": {1}}])
def test_it_rejects_what_is_no_recommendation(row):
    """Q9: whatever a model says, it ends in one named refusal."""
    with pytest.raises(Rejected):
        check_recommendation(row, reach())


KEYS = st.sampled_from(list(ROW))
GARBAGE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(KEYS, each),
    max_leaves=8,
)


@DRAWN
@given(GARBAGE)
def test_it_only_ever_refuses_garbage_by_name(row):
    """Q9: no answer of a model breaks the check."""
    with pytest.raises(Rejected):
        check_recommendation(row, REACH)


REACH = reach()


@pytest.mark.parametrize(
    ("impact", "effort", "urgent"),
    [
        (80, 40, "CRÍTICA"),
        (79, 40, "ALTA"),
        (60, 40, "ALTA"),
        (59, 40, "MEDIA-ALTA"),
        (40, 40, "MEDIA-ALTA"),
        (39, 40, "MEDIA"),
        (20, 40, "MEDIA"),
        (19, 40, "BAJA"),
        (1, 100, "BAJA"),
        (1.999999, 1, "ALTA"),
        (0.3, 0.15, "CRÍTICA"),
    ],
)
def test_it_takes_urgency_from_the_unrounded_ratio(impact, effort, urgent):
    """Q9, N20: ≥ 2 CRÍTICA, ≥ 1.5 ALTA, ≥ 1 MEDIA-ALTA, ≥ 0.5 MEDIA, else BAJA."""
    assert urgency(impact / effort) == urgent


def test_it_drops_one_and_keeps_the_others():
    """Q9, N18: rejections are counted; the same title, as topics compare, is one recommendation."""
    worse = ROW | {"recomendacion": "Bajar el precio", "score_impacto": 10}
    again = ROW | {"recomendacion": "ACELERAR LA ENTREGA"}
    result = answer(worse, ROW | {"evidencia": []}, ROW, again, ROW | {"score_impacto": 0})
    titles = [each.recomendacion for each in result.results.recomendaciones]
    assert titles == ["Acelerar la entrega", "Bajar el precio"]
    assert result.warnings == (
        "rejected:out_of_range:1",
        "rejected:repeated:1",
        "rejected:unresolvable_evidence:1",
    )


def test_it_fails_when_nothing_can_be_believed():
    """Q9: a failed module, never canned text."""
    result = answer(ROW | {"evidencia": []})
    assert (result.estado, result.errors) == (ModuleState.FAILED, ("rejected:unresolvable_evidence:1",))
    assert result.results is None
    assert answer().estado is ModuleState.NO_DATA


def test_it_keeps_eight_by_priority():
    """Q9: 5–8 recommendations; a longer answer is cut by priority."""
    rows = [ROW | {"recomendacion": f"Paso {number}", "score_impacto": number} for number in range(1, 11)]
    kept = answer(*rows).results.recomendaciones
    assert [each.score_impacto for each in kept] == [10, 9, 8, 7, 6, 5, 4, 3]


def test_it_shows_a_view_what_has_evidence_in_it():
    """Q9: a filtered view asks nothing: the newest recommendations with evidence in the view."""
    whole = answer(ROW, ROW | {"recomendacion": "Otra", "evidencia": [{"module": "Q7", "comment_ids": [1]}]})
    other = view([comment(about(Entrega=1), name=7)], minimum=1)
    kept: Any = within(other, compute_all(other), whole)
    assert [each.recomendacion for each in kept.results.recomendaciones] == ["Acelerar la entrega"]
    nowhere = view(
        [comment(about(Moda=1), name=7, created_at=a_view().comments[0].created_at.replace(year=2024))]
    )
    assert within(nowhere, compute_all(nowhere), whole).estado is ModuleState.NO_DATA


def test_it_reads_stored_recommendations_strictly():
    """N19, Q9: a priority or urgency that does not follow is malformed."""
    stored = answer(ROW).to_json()
    assert read_result(Module.RECOMMENDATIONS, stored) == answer(ROW)
    changes: list[dict[str, Any]] = [
        {"prioridad": 2.7},
        {"urgencia": "ALTA"},
        {"evidencia": []},
        {"score_esfuerzo": 0},
    ]
    (row,) = stored["results"]["recomendaciones"]
    for change in changes:
        broken = stored | {"results": {"recomendaciones": [row | change]}}
        with pytest.raises(MalformedResult):
            read_result(Module.RECOMMENDATIONS, broken)


def test_it_does_not_mind_the_order_of_equal_priorities():
    """N20: the same recommendations stand in the same order."""
    one = made(
        title="B", description="", area=Area.CARE, impact=2, effort=1, steps=[],
        evidence=[Evidence(Module.TOPICS)],
    )  # fmt: skip
    two = replace(one, recomendacion="A")
    assert ranked([one, two]) == ranked([two, one])
