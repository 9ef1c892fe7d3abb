"""Q10: the alert, the findings, the figures, and what is missing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from insights.modules import Module, advise, compute_all, failed, read_result, summarise
from insights.modules.summary import SUMMARISED
from insights.rules import Emotion, Engine, ModuleState, Need, Sentiment
from tests.insights.modules.invented import (
    DRAWN,
    NO_FEELING,
    NOON,
    about,
    comment,
    label,
    of_class,
    view,
    views,
)

GOOD, BAD, NEUTRAL, MIXED = Sentiment


def all_results(drawn, **others):
    results = compute_all(drawn)
    return results | {Module.RECOMMENDATIONS: advise(drawn, results)} | others


def answer(comments, **values):
    drawn = view(comments, **{"minimum": 3} | values)
    return summarise(drawn, all_results(drawn))


def alert(comments, **values):
    found = answer(comments, **values).results.alerta_prioritaria
    return found and (found.tipo, found.semana, found.tema, found.valor)


def in_week(place, sentiment, times=3, **said):
    moment = NOON + timedelta(weeks=place)
    return [comment(of_class(sentiment, **said), created_at=moment)] * times


NEED = Need("more", "Entrega", 90)
FALL = [*in_week(0, GOOD), *in_week(1, BAD, need=NEED)]


def test_it_alerts_of_a_fall_first():
    """Q10: first Deterioro in the last two weeks, although Negativo and a critical need are there too."""
    assert alert(FALL) == ("deterioro", "2025-W12", None, -100.0)
    assert alert([*FALL, *in_week(2, NEUTRAL)]) == ("deterioro", "2025-W12", None, -100.0)


def test_it_forgets_a_fall_after_two_weeks():
    """Q10: then Negativo above 50 %, then a prioridad_critica."""
    old = [*FALL, *in_week(3, BAD)]
    assert alert(old) == ("negativo", None, None, 66.67)
    calm = [*FALL, *in_week(3, GOOD)]
    assert alert(calm) == ("prioridad_critica", None, "Entrega", 33.33)


@pytest.mark.parametrize(("bad", "good", "found"), [(5, 5, None), (5001, 4999, "negativo")])
def test_it_alerts_of_more_than_half(bad, good, found):
    """Q10, N20: strictly above 50 %, unrounded: 50.01 % alerts, although its share is shown as 0.500."""
    told = alert([*in_week(0, BAD, bad), *in_week(0, GOOD, good)])
    assert (told and told[0]) == found


def test_it_tells_nothing_of_too_small_a_sample():
    """Q10: with enough n, else null; nothing is found either, the figures remain."""
    result = answer(FALL, minimum=7).results
    assert (result.alerta_prioritaria, result.hallazgos_clave) == (None, ())
    assert result.kpis.sentimiento_negativo_pct == 50.0


def test_it_sums_up():
    """Q10: at most one finding per module that ran, the figures of the first row, nothing missing."""
    said = {"topics": about(Precio=0.1).topics, "emotions": NO_FEELING | {Emotion.JOY: 0.5}, "authority": 10}
    comments = [comment(of_class(GOOD, **said), author=name) for name in ("ana", "@Ana", "luis")]
    assert answer([*comments, of_class(MIXED)]).to_json()["results"] == {
        "alerta_prioritaria": None,
        "hallazgos_clave": [
            {"modulo": "Q1", "texto": "La emoción dominante es la alegría."},
            {"modulo": "Q3", "texto": "Se habla sobre todo de Precio: 75 % de los comentarios."},
            {"modulo": "Q5", "texto": "La voz que llega a más publicaciones es ana."},
            {"modulo": "Q7", "texto": "75 % de los comentarios son positivos y 0 % negativos."},
            {"modulo": "Q9", "texto": "Lo primero: Aclarar el mensaje que divide opiniones."},
        ],
        "kpis": {
            "emocion_dominante": "alegria",
            "tema_principal": "Precio",
            "influenciadores": 2,
            "oportunidades": 0,
            "sentimiento_positivo_pct": 75.0,
            "sentimiento_negativo_pct": 0.0,
            "sentimiento_neutral_pct": 0.0,
            "sentimiento_mixto_pct": 25.0,
        },
        "faltantes": [],
    }


def test_it_names_what_is_missing():
    """Q10: modules that failed or did not run; then partial; the figures of the failed one are null."""
    drawn = view([of_class(GOOD)])
    results = all_results(drawn, **{Module.SENTIMENT: failed(drawn, Module.SENTIMENT, "cut")})
    del results[Module.RECOMMENDATIONS]
    result: Any = summarise(drawn, results)
    assert result.estado is ModuleState.PARTIAL
    assert result.results.faltantes == (Module.SENTIMENT, Module.RECOMMENDATIONS)
    assert result.results.kpis.sentimiento_positivo_pct is None


def test_it_does_not_call_missing_what_needs_a_model():
    """N11, Q10: without a model the summary is whole; the tiles say what a model would add."""
    result = answer([comment(label(), engine=Engine.OFFLINE)], engine=Engine.OFFLINE)
    assert (result.estado, result.results.faltantes) == (ModuleState.OK, ())


def test_it_has_no_answer_without_comments():
    """N19: no_data, although nothing ran."""
    assert summarise(view([]), {}).estado is ModuleState.NO_DATA


@DRAWN
@given(views())
def test_it_says_at_most_one_thing_per_module(drawn):
    """Q10, N19: findings of modules that ran, once; it reads back as it was written."""
    results = all_results(drawn)
    result: Any = summarise(drawn, results)
    stored = json.loads(json.dumps(result.to_json(), sort_keys=True))
    assert read_result(Module.SUMMARY, stored) == result
    found = [each.modulo for each in result.results.hallazgos_clave] if result.results else []
    assert len(found) == len(set(found))
    assert all(module in SUMMARISED and results[module].results for module in found)
