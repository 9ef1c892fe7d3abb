"""`{{variable}}` in a text: one strict form, found in one pass whatever the text is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_NAME = 60  # as long as the import calls a column
NAME = rf"[a-z0-9][a-z0-9_]{{0,{LONGEST_NAME - 1}}}"
_NAME = re.compile(NAME)
# Two braces, a name, two braces; blanks may stand inside. Any other run of two or more braces is a slip.
# No part can match where another does, so that a text of a million braces is read once.
_BRACES = re.compile(rf"(?<!\{{)\{{\{{[ \t]*({NAME})[ \t]*\}}\}}(?!\}})|\{{\{{+|\}}\}}+")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A variable's name and where it stands in the text, braces included."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slip:
    """Braces that begin or end no variable."""

    braces: str
    start: int
    end: int


def is_name(text: str) -> bool:
    """Say whether a variable can be called so: small letters without accents, digits and `_`, 60 at most."""
    return _NAME.fullmatch(text) is not None


def find_braces(text: str) -> Iterator[Placeholder | Slip]:
    """Yield every placeholder and every slip, from left to right."""
    for found in _BRACES.finditer(text):
        if found[1]:
            yield Placeholder(found[1], found.start(), found.end())
        else:
            yield Slip(found[0], found.start(), found.end())
