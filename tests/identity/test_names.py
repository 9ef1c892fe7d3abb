"""How alike two names are (I2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.matching.keys import name_key, name_tokens
from identity.matching.names import similarity

WORDS = st.frozensets(
    st.sampled_from(["ANA", "ANITA", "PEREZ", "PERES", "PERZE", "JUAN", "JUANA", "LUZ", "LUIS", "RUIZ"]),
    max_size=5,
)


def words(text):
    return name_tokens(name_key(text))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ana Pérez", "PEREZ ANA", 1.0),
        ("Ana Pérez", "Ana Peres", 0.95),
        ("Ana Pérez", "Ana Perze", 0.95),
        ("Ana Pérez", "Ana", 0.5),
        # Three letters: another letter is another word.
        ("Luz Pérez", "Luc Pérez", 0.4167),
        ("Ana María Pérez Soto", "Ana Pérez", 0.5),
        ("José de la Cruz", "Jose Cruz", 1.0),
        ("Ana", "Juan", 0.0),
        ("", "Ana", 0.0),
    ],
)
def test_words_pair_one_to_one(one, other, expected):
    """I2: equal ones first, then a typo apart at 0.9; the mean of both shares, four decimals."""
    assert similarity(words(one), words(other)) == expected


def test_a_word_is_paired_once():
    """I2: JUANA is a typo of JUAN only while JUAN is free."""
    assert similarity(frozenset({"JUAN"}), frozenset({"JUAN", "JUANA"})) == 0.5


@given(WORDS, WORDS)
def test_it_is_symmetric_and_between_0_and_1(one, other):
    """I2."""
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1
    assert (similarity(one, other) == 1) == (one == other and bool(one))
