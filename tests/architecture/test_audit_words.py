"""Whatever is noted in the audit log has words in both languages (W7)."""

import re

from django.utils import translation

from config.borrowed import AUDIT
from tests.architecture.sources import Source, product_sources

VERB = re.compile(r"\bverb=\"([a-z_ ]+)\"")


def unworded(sources: list[Source]) -> list[str]:
    with translation.override("en"):
        words = {str(word) for word in AUDIT}
    found = {code for source in sources for code in VERB.findall(source.text)}
    return sorted(code for code in found if code.replace("_", " ") not in words)


def test_it_has_words_for_every_act():
    """W7: a code in a list of words is a word that nobody translated."""
    assert unworded(product_sources()) == []


def test_it_turns_red_for_an_act_without_words():
    """Positive control."""
    assert unworded([Source("personas/actions/x.py", 'note(verb="juggle", of="contact")')]) == ["juggle"]
