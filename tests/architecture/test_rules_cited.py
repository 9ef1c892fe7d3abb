"""Every numbered promise has a test that says which one it proves."""

import ast
import re

from tests.architecture.sources import Source, test_sources

# Calling, identity, jobs, import, insights, classification and scripts: the numbers written down in docs/.
RULES = [
    *(f"C{number}" for number in range(1, 24)),
    *(f"I{number}" for number in range(1, 20)),
    *(f"J{number}" for number in range(1, 10)),
    *(f"L{number}" for number in range(1, 8)),
    *(f"N{number}" for number in range(1, 22)),
    *(f"P{number}" for number in range(1, 12)),
    *(f"Q{number}" for number in range(1, 16)),
    *(f"R{number}" for number in range(1, 11)),
    *(f"V{number}" for number in range(1, 11)),
]


def cited(sources: list[Source]) -> set[str]:
    """Return the rule numbers named in the docstrings of test functions."""
    docstrings = (
        ast.get_docstring(function) or ""
        for source in sources
        for function in source.functions()
        if function.name.startswith("test_")
    )
    return {number for text in docstrings for number in re.findall(r"\b[A-Z]\d{1,2}\b", text)}


def test_it_has_a_test_for_every_numbered_rule():
    """A promise nobody tries is a wish: every number is cited by a test."""
    elsewhere = [source for source in test_sources() if not source.path.startswith("tests/architecture/")]
    named = cited(elsewhere)
    assert [rule for rule in RULES if rule not in named] == []


def test_it_turns_red_for_a_rule_named_only_in_a_comment():
    """Positive control: a number in a comment or a plain function proves nothing."""
    text = '# J1\ndef arrange():\n    """J2"""\ndef test_it_claims():\n    """J3: the lease is a token."""\n'
    assert cited([Source("tests/jobs/test_claim.py", text)]) == {"J3"}
