"""Texts as eyes see them and voices read them: nothing invisible, nothing that turns the direction."""

import unicodedata
from collections.abc import Iterator

MOST_MARKS = 4  # on one letter; no language needs more
# Signs that show nothing but may hide or turn words, signs of nobody, and halves of characters.
_UNSEEN = frozenset({"Cf", "Cn", "Co", "Cs"})


def visible(text: str) -> str:
    """Return a text composed (NFC), without invisible signs and towers of marks."""
    # Composing is quadratic in the marks of one letter, so a tower falls before it.
    return unicodedata.normalize("NFC", "".join(_kept(text)))


def _kept(text: str) -> Iterator[str]:
    marks = 0
    for char in text:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind[0] == "M" else 0
        if kind not in _UNSEEN and marks <= MOST_MARKS:
            yield char
