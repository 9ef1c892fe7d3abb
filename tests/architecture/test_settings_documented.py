"""Every variable that the product reads stands in the table of docs/operations.md (F8)."""

import re

from tests.architecture.sources import ROOT, Source, product_sources

VARIABLE = re.compile(r"[\"']((?:MINGA_[A-Z_]+|[A-Z]+_URL))[\"']")
# Set by one process of ours for another; nobody else may set them.
INTERNAL = {"MINGA_BOOTSTRAP_PASS", "MINGA_TEST_DATABASE"}


def variables(sources: list[Source]) -> set[str]:
    return {name for source in sources for name in VARIABLE.findall(source.text)} - INTERNAL


def test_it_documents_every_variable():
    """F8: one table lists what can be set; nothing is read in secret, nothing listed is ignored."""
    table = set(re.findall(r"`(MINGA_[A-Z_]+|[A-Z]+_URL)`", (ROOT / "docs/operations.md").read_text()))
    assert variables(product_sources()) == table


def test_it_turns_red_for_a_secret_variable():
    """Positive control: a variable read anywhere in the product is seen."""
    source = Source("personas/queries.py", 'LIMIT = int(os.environ["MINGA_SECRET_LIMIT"])\n')
    assert variables([source]) == {"MINGA_SECRET_LIMIT"}
