"""Sizes: short functions and files, by gate and by spread."""

import pytest

from tests.architecture import sizes
from tests.architecture.sources import Source, product_sources, test_sources


def planted(path: str, lines: int, head: str = "def long():\n") -> Source:
    return Source(path, head + "    pass\n" * lines)


def test_it_keeps_every_function_and_file_below_its_gate():
    """House sizes: 50 lines a function, 400 a file, 15 a door method, 12 a job handler, 40 an action."""
    found = [
        finding for source in [*product_sources(), *test_sources()] for finding in sizes.too_long(source)
    ]
    assert not found, "\n".join(map(str, found))


def test_it_keeps_the_spread_of_functions_below_its_aim():
    """House sizes: half of the functions have at most 8 lines, nine in ten at most 30."""
    spread = sizes.Spread.over(sizes.function_lengths(product_sources()))
    assert spread.median <= sizes.FUNCTION_AIM[0], spread
    assert spread.nine_in_ten <= sizes.FUNCTION_AIM[1], spread


def test_it_keeps_nine_files_in_ten_below_their_aim():
    """House sizes: nine files in ten have at most 250 lines; the median is an aim only."""
    spread = sizes.Spread.over([source.line_count for source in product_sources() if source.text.strip()])
    assert spread.nine_in_ten <= sizes.FILE_AIM[1], spread


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (planted("personas/queries.py", 50), "function"),
        (planted("personas/actions.py", 40), "action"),
        (planted("personas/views.py", 15), "door method"),
        (planted("personas/api/viewsets.py", 15), "door method"),
        (planted("personas/tasks.py", 12, '@handles("personas.x")\ndef long(run):\n'), "job handler"),
        (Source("personas/rules.py", "pass\n" * 401), "file"),
    ],
)
def test_it_turns_red_for_a_planted_giant(source, kind):
    """Positive control: one line beyond each gate is found."""
    assert [finding.rule for finding in sizes.too_long(source)] == [kind]


def test_it_does_not_count_a_docstring():
    """Explaining to the caller must never be the reason to split a function."""
    text = 'def short():\n    """One.\n\n    Two.\n    """\n    return 1\n'
    assert sizes.function_lengths([Source("personas/rules.py", text)]) == [2]
