"""Names and reasons: a reader can tell what a file is for and why a decision was taken."""

import pytest

from tests.architecture import names
from tests.architecture.sources import Finding, Source, product_sources

# A name that a framework prescribes → which one does.
PRESCRIBED = {"tenants/scope/backend/base.py": "Django loads a database wrapper from ENGINE + .base"}


def _all(check) -> list[Finding]:
    return [finding for source in product_sources() for finding in check(source)]


def test_it_uses_no_empty_word_as_a_name():
    """House names: no util, helper, manager, handler, data, info, process, base, misc, common, mixin."""
    found = [finding for finding in _all(names.empty_names) if finding.path not in PRESCRIBED]
    assert not found, "\n".join(map(str, found))


def test_it_explains_every_constraint_and_index():
    """House habit: what the database refuses or speeds up says why beside it."""
    found = _all(names.decisions_without_why)
    assert not found, "\n".join(map(str, found))


def test_it_explains_every_ignored_lint():
    """House habit: a silenced check gives its reason on the same line."""
    found = _all(names.silenced_without_why)
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    "source",
    [
        Source("personas/utils.py", ""),
        Source("personas/import_helpers.py", ""),
        Source("personas/rules.py", "class ContactData:\n    pass\n"),
        Source("personas/rules.py", "class JobManager:\n    pass\n"),
    ],
)
def test_it_turns_red_for_a_planted_empty_name(source):
    """Positive control: plural, compound and class names are found."""
    assert len(names.empty_names(source)) == 1


def test_it_lets_a_django_manager_be_called_so():
    """The word is Django's own: a Manager that is one keeps it."""
    text = "class ContactManager(models.Manager):\n    pass\n"
    assert names.empty_names(Source("personas/models.py", text)) == []


def test_it_turns_red_for_a_constraint_without_why():
    """Positive control: one constraint with a comment, one without."""
    explained = "x = [\n    # One live job per subject (J5).\n    UniqueConstraint(name='a'),\n"
    text = explained + "    UniqueConstraint(name='b'),\n]\n"
    found = names.decisions_without_why(Source("personas/models.py", text))
    assert [finding.line for finding in found] == [4]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 1  # noqa: S608", 1),
        ("x = 1  # type: ignore[arg-type]", 1),
        ("x = 1  # noqa: S608 - the name comes from a closed enum", 0),
        ("x = 1  # noqa: S108, S606  ownership is checked", 0),
        ("x = 1  # type: ignore[arg-type]  # stubs lack the keyword", 0),
    ],
)
def test_it_turns_red_for_a_silent_ignore(line, expected):
    """Positive control: the code alone is not a reason."""
    assert len(names.silenced_without_why(Source("personas/rules.py", line + "\n"))) == expected
