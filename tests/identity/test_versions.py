"""Models of weights are stored as JSON and read back with suspicion (I7b)."""

import json
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from identity.matching.comparing import Field
from identity.matching.versions import BadModel, as_json, read_model
from identity.matching.weighing import SHIPPED

pytestmark = pytest.mark.usefixtures("in_english")


def planted(path, value):
    """Return the shipped model's JSON with one part replaced."""
    told = deepcopy(as_json(SHIPPED))
    place = told
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return told


def test_a_model_survives_being_stored():
    """I7b: through text and back, number for number; the order of the fields is restored."""
    model = replace(SHIPPED, version="entrenado el 3 de mayo", share=1 / 3)
    text = json.dumps(as_json(model), sort_keys=True, allow_nan=False)
    again = read_model(json.loads(text))
    assert again == model
    assert list(again.same) == list(again.chance) == list(Field)


@pytest.mark.parametrize("value", [None, 3, "model", [], {}, [as_json(SHIPPED)], {"version": "v"}])
def test_what_is_no_model_is_refused(value):
    """I7b."""
    with pytest.raises(BadModel, match="exactly"):
        read_model(value)


def test_what_a_model_does_not_have_is_refused():
    """I7b: an unknown part may be one that was misspelt."""
    with pytest.raises(BadModel, match="exactly"):
        read_model({**as_json(SHIPPED), "sahre": 0.5})


@pytest.mark.parametrize("version", ["", " v", "v\x00", "v\n", "v" * 31, "\ud800", None, 3, ["v"], b"v"])
def test_a_version_is_a_short_readable_text(version):
    """I7b."""
    with pytest.raises(BadModel, match="version"):
        read_model(planted(["version"], version))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["same"], []),
        (["same"], None),
        (["same"], {}),
        (["same", "shoe"], [0.5, 0.5]),
        (["same", "phone"], None),
        (["same", "phone"], "0.1"),
        (["same", "phone"], [0.1, 0.9]),
        (["same", "phone"], [0.1, 0.1, 0.1, 0.7]),
        (["same", "phone"], [0.1, 0.1, 0.1]),
        (["same", "phone"], {"0": 0.1, "1": 0.2, "2": 0.7}),
        (["same", "phone", 0], "0.1"),
        (["same", "phone", 0], True),
        (["same", "phone", 0], 0),
        (["same", "phone", 0], -0.1),
        (["same", "phone", 0], 1),
        (["same", "phone", 0], 10**400),
        (["same", "phone", 0], float("nan")),
        (["same", "phone", 0], float("inf")),
        (["chance", "name"], [0.2, 0.2, 0.2, 0.2]),
        (["chance", "car", 1], 0.0),
        (["slack"], {}),
        (["slack", "name"], 0.1),
        (["slack", "phone"], 0),
        (["slack", "phone"], float("inf")),
        (["slack", "phone"], 100_000),
        (["share"], 1),
        (["share"], 0),
        (["share"], "0.5"),
    ],
)
def test_a_broken_part_is_named(path, value):
    """I7b: fields, lengths, and probabilities above 0 and below 1."""
    with pytest.raises(BadModel, match=str(path[0])):
        read_model(planted(path, value))


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
places = some.sampled_from(
    [["version"], ["same"], ["chance"], ["slack"], ["share"], ["same", "name"], ["slack", "plate"]]
)


@given(path=places, value=anything)
def test_hostile_json_is_read_or_refused_and_never_crashes(path, value):
    """I7b: positive control above; here whatever JSON can say."""
    with suppress(BadModel):
        assert read_model(planted(path, value)).version
