"""V1: one form of a variable in a text; whatever the text is, it is read once."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.scripting.placeholders import Placeholder, Slip, find_braces, is_name

HOSTILE = {
    "open braces": "{{" * 100_000,
    "closed braces": "}}" * 100_000,
    "open and blanks": "{{ " * 100_000,
    "one long blank": "{{" + " " * 1_000_000,
    "blanks behind a name": "{{nombre" + " " * 1_000_000 + "x",
    "names without end": "{{nombre" * 100_000,
    "one long name": "{{" + "a" * 1_000_000 + "}}",
    "variables": "{{nombre}}" * 100_000,
    "nested": "{{" * 50_000 + "nombre" + "}}" * 50_000,
    "plain": "a" * 1_000_000,
}


def names(text: str) -> list[str]:
    return [found.name for found in find_braces(text) if isinstance(found, Placeholder)]


def slips(text: str) -> list[str]:
    return [found.braces for found in find_braces(text) if isinstance(found, Slip)]


@pytest.mark.parametrize(
    "written",
    ["{{nombre}}", "{{ nombre }}", "{{\tnombre}}", "{ {{nombre}} }", "a{{nombre}}b", "{{nombre}}{{nombre}}"],
)
def test_it_finds_a_name_between_two_braces(written):
    """V1: blanks may stand inside; a single brace is only a brace."""
    assert set(names(written)) == {"nombre"}
    assert slips(written) == []


@pytest.mark.parametrize(
    ("written", "braces"),
    [
        ("{{{nombre}}}", ["{{{", "}}}"]),
        ("{{nombre}}}", ["{{", "}}}"]),
        ("{{nombre", ["{{"]),
        ("nombre}}", ["}}"]),
        ("{{nombre} }", ["{{"]),
        ("{{}}", ["{{", "}}"]),
        ("{{Nombre}}", ["{{", "}}"]),
        ("{{año}}", ["{{", "}}"]),
        ("{{nom bre}}", ["{{", "}}"]),
        ("{{nom\nbre}}", ["{{", "}}"]),
        ("{{\nnombre}}", ["{{", "}}"]),
        ("{{_a}}", ["{{", "}}"]),
        ("{{nombre|upper}}", ["{{", "}}"]),
        ("{{a.b}}", ["{{", "}}"]),
        ("{{{{nombre}}}}", ["{{{{", "}}}}"]),
        ("{{ \u202enombre}}", ["{{", "}}"]),
        ("{{nom\0bre}}", ["{{", "}}"]),
        ("{{" + "a" * 61 + "}}", ["{{", "}}"]),
    ],
)
def test_it_calls_everything_else_a_slip(written, braces):
    """V1: no guessing; what looks like a variable and is none is said."""
    assert names(written) == []
    assert slips(written) == braces


def test_it_tells_where_each_stands():
    """V1: places are those of the text, braces included."""
    text = "Hola {{ nombre }}, {{"
    first, second = find_braces(text)
    assert text[first.start : first.end] == "{{ nombre }}"
    assert text[second.start : second.end] == "{{"


@pytest.mark.parametrize("kind", HOSTILE)
def test_it_reads_a_hostile_text_once(kind):
    """V1: a million characters of anything take well under a second; anything quadratic would take hours."""
    began = time.perf_counter()
    for _found in find_braces(HOSTILE[kind]):
        pass
    assert time.perf_counter() - began < 3


@given(st.lists(st.sampled_from(["{{", "}}", "{", "}", "nombre", " ", "\t", "x", "1", "ñ"]), max_size=30))
def test_no_brace_pair_goes_unseen(parts):
    """V1: what is neither placeholder nor slip holds no two braces, so nothing is left for another reader."""
    text = "".join(parts)
    rest, at = [], 0
    for found in find_braces(text):
        rest.append(text[at : found.start])
        at = found.end
    rest.append(text[at:])
    assert not any("{{" in part or "}}" in part for part in rest)


@given(st.from_regex(r"[a-z0-9][a-z0-9_]{0,59}", fullmatch=True), st.text(" \t", max_size=3))
def test_every_name_can_be_written(name, blank):
    """V1: a name that may be declared may be spoken of."""
    assert is_name(name)
    assert names(f"{{{{{blank}{name}{blank}}}}}") == [name]
