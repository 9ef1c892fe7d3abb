"""V7: what a reviewer sees of a change is all of it, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.scripting.differing import Change, compare_texts

TEXTS = st.lists(st.sampled_from(["a", "b", "a b c", "a x c", "", " ", "{{nombre}}"]), max_size=8).map(
    "\n".join
)


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(str(line.change), line.text) for line in compare_texts(old, new)]


def test_it_shows_lines_that_came_and_went():
    """V7: in the order of the texts."""
    assert told("uno\ndos\ntres", "uno\ntres\ncuatro") == [
        ("same", "uno"),
        ("removed", "dos"),
        ("same", "tres"),
        ("added", "cuatro"),
    ]


def test_it_shows_which_words_of_a_line_changed():
    """V7: the line twice, with the words that differ."""
    removed, added = compare_texts("Pague hoy su cuota.", "Pague mañana su cuota.")
    assert removed.parts == (
        (Change.SAME, "Pague "),
        (Change.REMOVED, "hoy"),
        (Change.SAME, " su cuota."),
    )
    assert [part for change, part in added.parts if change is Change.ADDED] == ["mañana"]


@given(TEXTS, TEXTS)
def test_both_texts_stand_in_the_difference(old, new):
    """V7: without what was added it is the old text, without what was removed the new one."""
    lines = compare_texts(old, new)
    assert "\n".join(line.text for line in lines if line.change is not Change.ADDED) == old
    assert "\n".join(line.text for line in lines if line.change is not Change.REMOVED) == new


@pytest.mark.parametrize("line", ["a{n}", "a", "a b c d e f {n}"])
def test_it_compares_the_longest_texts_at_once(line):
    """V7: ten thousand lines, or one line of ten thousand words, are not compared for minutes."""
    old = [line.format(n=number) for number in range(20_000 // (len(line) + 3))]
    began = time.process_time()
    for joined in ("\n", " "):
        assert compare_texts(joined.join(old), joined.join(reversed(old)))
    assert compare_texts("\n".join(old[:399]), "\n".join(reversed(old[:399])))
    assert time.process_time() - began < 10
