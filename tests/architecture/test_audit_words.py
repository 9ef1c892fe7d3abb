"""Whatever is noted in the audit log has words in both languages (W7)."""

import re

from django.utils import translation

from config.audited import AUDIT
from tests.architecture.sources import Source, product_sources

# Notes of one file's own take the act by place.
VERB = re.compile(r"\b(?:verb=|_tell\(\w+, |_note_person\(|_enqueue_creation\(|_settle\(\w+, )\"([a-z_ ]+)\"")


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
    planted = [
        'note(verb="juggle", of="contact")',
        '_tell(user, "juggle", by)',
        '_note_person("juggle", user)',
    ]
    assert [unworded([Source("personas/actions/x.py", text)]) for text in planted] == [["juggle"]] * 3
