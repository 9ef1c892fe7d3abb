"""Which process runs which test: the longest first, each alone; the browser's together, where it runs."""

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
BROWSER = "tests/browser"
# Tests that take seconds each; but those of a file that share something expensive stay together.
LONG, SHARED = re.compile(r"\breal_roles\b|\bmark\.long\b"), 'scope="module"'
MARKS = ("browser", "kill", "long", "services", "real_roles")


class Spreading(LoadScopeScheduling):
    """Hands out the browser's tests as one, those of a usual file as one, long ones one by one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(f"{BROWSER}/"):
            return BROWSER
        return nodeid if is_spread(file) else file


@cache
def is_spread(file: str) -> bool:
    """Return whether the tests of a file, named from the root, go to whoever is free."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return LONG.search(text) is not None and SHARED not in text


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests by how long such tests usually take; those that are alike stay as they were."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    return next((rank for rank, mark in enumerate(MARKS) if item.get_closest_marker(mark)), len(MARKS))
