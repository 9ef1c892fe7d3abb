"""How wide a text will be, before any browser sees it: so that labels never collide (W8)."""

import functools
import unicodedata

ELLIPSIS = "…"
LONGEST = 300  # marks of no width could go on for ever

# Thousandths of the font size, from the sans serif faces that systems ship; the widest of each group.
_WIDTHS = {
    "ijl|'!": 240,
    "I.,:;/\\ft[]()": 300,
    'r-"': 350,
    "sczkvxy J": 520,
    "L": 560,
    "abdeghnopqu0123456789?$#_": 570,
    "FTZ": 620,
    "ABEKPSVXY&": 680,
    "CDHNRUw": 735,
    "GOQ": 785,
    "mM%": 890,
    "W@…": 1000,
}
_OF = {character: width for characters, width in _WIDTHS.items() for character in characters}
_OF[" "] = 290
_WIDE = 1050  # CJK, emoji
_UNKNOWN = 750
_SAFETY = 1.06  # system faces differ by a few per cent


@functools.lru_cache(maxsize=4096)
def _units(character: str) -> int:
    if character in _OF:
        return _OF[character]
    if unicodedata.combining(character):
        return 0
    plain = unicodedata.normalize("NFKD", character)[0]
    if plain != character and plain in _OF:
        return _OF[plain]
    return _WIDE if unicodedata.east_asian_width(character) in "WF" else _UNKNOWN


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how many units wide a text is at a font size; rather too many than too few."""
    units = sum(_units(character) for character in text)
    return units * size / 1000 * _SAFETY * (1.08 if bold else 1)


def fit(text: str, room: float, size: float) -> str:
    """Cut a text with an ellipsis so that it is at most `room` wide."""
    words = " ".join(text.split())
    if len(words) <= LONGEST and width(words, size) <= room:
        return words
    left = room * 1000 / size / _SAFETY - _units(ELLIPSIS)
    for end, character in enumerate(words[:LONGEST]):
        left -= _units(character)
        if left < 0:
            return words[:end].rstrip() + ELLIPSIS
    return words[:LONGEST] + ELLIPSIS
