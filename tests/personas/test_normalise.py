"""P1: one form for every spelling."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.classifier import normalise
from tests.personas.rulesets import normalise_slowly


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("VP - Sales & Marketing", "vp sales marketing"),
        ("C.E.O.", "c e o"),
        ("GERENTE MÉDICO", "gerente medico"),
        ("  Jefa\tde\nventas  ", "jefa de ventas"),
        ("Straße Łódź Ærø Þór", "strasse lodz aero thor"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ＶＰ １２", "vp 12"),
        ("𝓒𝓔𝓞", "ceo"),
        ("ger\u00adente\u200b general", "gerente general"),
        ("ger\0ente", "gerente"),
        ("½ día ²", "dia"),
        ("Ⅳ", ""),
        ("总经理", ""),
        ("🚀", ""),
        ("", ""),
        (None, ""),
        (12, "12"),
        (True, "true"),
        (3.5, "3 5"),
        (["CEO"], "ceo"),
        ("\ud800 CEO", "ceo"),
    ],
)
def test_it_brings_a_spelling_to_its_form(typed, normalised):
    """P1: the order of the steps decides these."""
    assert normalise(typed) == normalised


def test_it_equals_the_written_rule_on_every_code_point():
    """P1: the table and the fast path are proven, not trusted."""
    for first in range(0, sys.maxunicode + 1, 4096):
        # An x on either side tells a character that goes from one that parts words.
        block = "x".join(map(chr, range(first, first + 4096)))
        assert normalise(block) == normalise_slowly(block), hex(first)


@given(st.text())
def test_it_equals_the_written_rule_on_any_text(text):
    """P1: neighbours change nothing, a final sigma least of all."""
    assert normalise(text) == normalise_slowly(text)


@given(st.one_of(st.text(), st.binary(), st.integers(), st.floats(), st.none(), st.lists(st.text())))
def test_it_is_idempotent_and_never_raises(value):
    """P1: what is normalised stays."""
    assert normalise(normalise(value)) == normalise(value)


def test_it_takes_a_number_too_long_to_be_written():
    """P1: never raises."""
    assert normalise(10**5000) == ""
