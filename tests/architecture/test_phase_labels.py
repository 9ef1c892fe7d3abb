"""A job stores the msgid of its phase; every reader's page translates it (W2, W7)."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import Source, last_name, product_sources

TRANSLATING = {"str", "_", "gettext", "gettext_lazy", "pgettext", "ngettext"}


def translated(source: Source) -> Iterator[str]:
    """Yield where a label given to `….phase(…)` is in words already, and with that in one language."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "phase":
            for given in (*node.args, *(word.value for word in node.keywords)):
                if any(
                    isinstance(one, ast.Call) and last_name(one) in TRANSLATING for one in ast.walk(given)
                ):
                    yield f"{source.path}:{node.lineno}"


def test_a_phase_is_stored_as_its_msgid() -> None:
    """W7: stored in words, it stays in the worker's language for whoever reads another."""
    sources = product_sources()
    assert sum(source.text.count(".phase(") for source in sources) > 10
    assert [place for source in sources for place in translated(source)] == []


def test_it_turns_red_for_one_in_words() -> None:
    """Positive control."""
    planted = 'work.phase(1, 4, str(_("Reading")))\nrun.phase(1, 2, label=gettext("Writing"))\n'
    right = 'run.phase(1, 2, gettext_noop("Writing"))\nrun.phase(2, 2, label)\n'
    assert list(translated(Source("x.py", planted + right))) == ["x.py:1", "x.py:2"]
