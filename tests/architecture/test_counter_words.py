"""Every count that a job tells has words in the reader's language (W2, W7)."""

import ast
from collections.abc import Iterator
from dataclasses import fields

from identity.actions.draining import reconciling, recovering, seeding
from personas.actions.backfilling import Backfill
from tenants.display.counters import COUNTERS
from tests.architecture.sources import product_sources

# What `Chunk.advance` takes besides counts.
OTHERS = {"total", "cursor"}


def counted(tree: ast.AST) -> Iterator[str]:
    """Yield the names of the counts in every `….advance(…)`, those of a literal dictionary too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "advance":
            yield from (word.arg for word in node.keywords if word.arg and word.arg not in OTHERS)


def test_every_count_of_a_job_has_words() -> None:
    """W2: a bar in Spanish must not say "Given up"."""
    named = {name for source in product_sources() for name in counted(source.tree)}
    assert len(named) > 25
    lists = {*seeding.STATS, *recovering.FATES, *reconciling.STATS, *(one.name for one in fields(Backfill))}
    assert sorted((named | lists) - set(COUNTERS)) == []


def test_it_turns_red_for_a_count_without_words() -> None:
    """Positive control."""
    assert list(counted(ast.parse("chunk.advance(1, total=3, flubbed=2)"))) == ["flubbed"]
