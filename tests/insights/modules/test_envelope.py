"""The envelope of every result, and reading it back."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.modules import (
    COMPUTED,
    MalformedResult,
    Module,
    Remark,
    compute,
    compute_all,
    json_schema,
    read_result,
)
from insights.rules import Engine, ModuleState
from tests.insights.modules.invented import DRAWN, comment, feeling, view, views

KEYS = ["metadata", "estado", "n", "cobertura", "muestra_insuficiente", "results", "warnings", "errors"]


def an_answer():
    return compute(view([feeling(ira=0.5)], version="7"), Module.EMOTIONS).to_json()


def test_it_says_where_a_result_comes_from():
    """N19: the keys of the envelope; n labelled, cobertura = labelled ÷ stored."""
    result = compute(view([feeling(), comment(), comment()], version="7"), Module.EMOTIONS).to_json()
    assert list(result) == KEYS
    assert result["metadata"] == {"module": "Q1", "version": "7", "engine": "openai"}
    assert (result["estado"], result["n"], result["cobertura"]) == ("ok", 1, 0.333)


@pytest.mark.parametrize(("labelled", "too_few"), [(9, True), (10, False)])
def test_it_tells_a_small_sample(labelled, too_few):
    """N19: muestra_insuficiente is n < minimum, 10 unless the brand sets another."""
    assert compute(view([feeling()] * labelled), Module.EMOTIONS).muestra_insuficiente is too_few


@pytest.mark.parametrize("comments", [[], [comment()]])
def test_it_has_no_results_without_data(comments):
    """N19: results are null when no_data; nothing stored has no coverage."""
    result = compute(view(comments), Module.EMOTIONS)
    assert (result.estado, result.results, result.n) == (ModuleState.NO_DATA, None, 0)
    assert result.cobertura == (0.0 if comments else None)


def test_it_says_when_labels_are_of_two_engines():
    """N11: word lists and a model are not silently mixed."""
    comments = [comment(feeling()), comment(feeling(), engine=Engine.OFFLINE)]
    assert compute(view(comments), Module.EMOTIONS).warnings == (Remark.MIXED_ENGINES,)


def test_it_lets_one_module_break_alone(monkeypatch):
    """N14: each module has its own state."""
    monkeypatch.setattr("insights.modules.topics.ranked", lambda *_: 1 / 0)
    results = compute_all(view([feeling()]))
    assert results[Module.TOPICS].estado is ModuleState.FAILED
    assert results[Module.TOPICS].errors == ("module_failed:ZeroDivisionError",)
    assert results[Module.EMOTIONS].estado is ModuleState.OK


@DRAWN
@given(views())
def test_it_reads_back_what_it_wrote(drawn):
    """N19: every module's JSON gives the same result again, as JSONB would return it."""
    for module, result in compute_all(drawn).items():
        stored = json.loads(json.dumps(result.to_json(), sort_keys=True))
        assert read_result(module, stored) == result
        assert read_result(module, stored).to_text() == result.to_text()


@DRAWN
@given(views(), st.randoms(use_true_random=False))
def test_it_does_not_mind_the_order_of_rows(drawn, chance):
    """N20: posts and comments in any order give the same answer, to the last digit."""
    shuffled = replace(drawn, comments=_mixed(drawn.comments, chance), posts=_mixed(drawn.posts, chance))
    assert _texts(drawn) == _texts(shuffled)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["metadata", "module"], "Q2"),
        (["metadata", "engine"], "gpt"),
        (["estado"], "fine"),
        (["estado"], "no_data"),
        (["n"], "3"),
        (["n"], -1),
        (["n"], 1.5),
        (["n"], True),
        (["cobertura"], 1.2),
        (["muestra_insuficiente"], "false"),
        (["results"], None),
        (["results"], []),
        (["results", "emociones", "ira"], 1.01),
        (["results", "emociones", "ira"], float("nan")),
        (["results", "emociones", "ira"], "0.5"),
        (["results", "emociones", "envidia"], 0.5),
        (["results", "emocion_dominante"], "envidia"),
        (["results", "por_post"], None),
        (["results", "por_post", 0, "num_comentarios"], 0),
        (["results", "por_post", 0, "post_url"], ""),
        (["surprise"], 1),
        (["results", "surprise"], 1),
        (["warnings"], "by_rules"),
    ],
)
def test_it_refuses_a_malformed_result(path, value):
    """N19: POST and pages read results strictly: no text for a number, nothing out of range or beside."""
    stored = an_answer()
    place = stored
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(MalformedResult):
        read_result(Module.EMOTIONS, stored)


@pytest.mark.parametrize("stored", [None, [], "Q1", 7, {}, {"results": {1, 2}}])
def test_it_refuses_what_is_no_result(stored):
    """N19: whatever stands in the row, reading ends in one named refusal."""
    with pytest.raises(MalformedResult):
        read_result(Module.EMOTIONS, stored)


def test_it_says_where_a_result_is_malformed():
    """N19: the fault names the place, for the page that shows it."""
    stored = an_answer()
    del stored["results"]["emociones"]["ira"]
    with pytest.raises(MalformedResult) as refused:
        read_result(Module.EMOTIONS, stored)
    assert refused.value.faults[0].startswith("results.emociones: ")


@pytest.mark.parametrize("module", COMPUTED)
def test_it_describes_each_module(module):
    """N19: the schema names the keys of the envelope."""
    assert set(json_schema(module)["properties"]) == set(KEYS)


def _mixed(rows, chance: random.Random):
    return chance.sample(rows, len(rows))


def _texts(drawn):
    return [result.to_text() for result in compute_all(drawn).values()]
