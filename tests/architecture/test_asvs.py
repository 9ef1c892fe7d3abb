"""The checklist of OWASP ASVS 5.0 level 2 is whole, and names tests that exist (S20)."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "asvs.md"
# How many items of levels 1 and 2 each section of each chapter has; they are the first of their section.
SECTIONS = {
    1: (2, 9, 11, 3, 2), 2: (3, 3, 4, 1), 3: (0, 2, 4, 6, 5, 0, 2), 4: (3, 1, 2, 4), 5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4), 7: (3, 4, 2, 5, 2, 2), 8: (2, 3, 1, 1), 9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3), 11: (2, 3, 3, 4, 1, 1), 12: (3, 2, 4), 13: (1, 5, 2, 5), 14: (2, 4, 3),
    15: (3, 3, 7), 16: (1, 5, 4, 3, 3), 17: (1, 4, 2),
}  # fmt: skip
TRIED, REASONED = {"holds", "partly"}, {"open", "library", "operator", "absent"}
Row = tuple[str, str, str, str]


def expected() -> set[str]:
    """Return the numbers of all 253 items."""
    return {
        f"{chapter}.{section}.{item}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, 1)
        for item in range(1, count + 1)
    }


def rows(text: str) -> list[Row]:
    """Return item, state, words and tests of every line of the tables."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| \d", line)]
    return [(one[0], one[1], one[2].strip(" |"), one[3] if len(one) > 3 else "") for one in lines]


def items(cell: str) -> Iterator[str]:
    """Yield the numbers that a cell names: `1.2.6–8` are three, `3.3.1, 3.3.3` are two."""
    for part in cell.split(", "):
        section, _dot, numbers = part.rpartition(".")
        first, _dash, last = numbers.partition("–")
        yield from (f"{section}.{number}" for number in range(int(first), int(last or first) + 1))


def faults(text: str) -> list[str]:
    """Return what is wrong with the page."""
    found = rows(text)
    told = Counter(item for row in found for item in items(row[0]))
    wrong = [f"missing {item}" for item in sorted(expected() - set(told))]
    wrong += [
        f"{item} stands {count} times" for item, count in told.items() if count > 1 or item not in expected()
    ]
    for item, state, words, tests in found:
        files = re.findall(r"`(tests/[\w/.]+)`", tests)
        if state in TRIED and not (files and all((ROOT / file).is_file() for file in files)):
            wrong.append(f"{item}: no such test")
        if state not in TRIED | REASONED or len(words) < 7:
            wrong.append(f"{item}: neither a test nor a reason")
    return wrong


def test_every_item_is_bound_to_a_test_or_a_reason() -> None:
    """S20"""
    assert len(expected()) == 253
    assert faults(PAGE.read_text(encoding="utf-8")) == []


def test_it_turns_red_for_a_gap_and_for_a_made_up_test() -> None:
    """Positive control."""
    text = PAGE.read_text(encoding="utf-8")
    assert "missing 9.1.1" in faults(text.replace("| 9.1.1–3 |", "| 9.1.2–3 |"))
    assert "8.4.1: no such test" in faults(
        text.replace("tests/tenants/test_isolation.py", "tests/nowhere.py")
    )
