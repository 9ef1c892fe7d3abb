"""Which texts can PostgreSQL store, a page show and another program read?"""

import re
from collections.abc import Iterator
from typing import Any
from unicodedata import category

from django.utils.translation import gettext_lazy as _

from tenants.intake.faults import Fault, pointer_to

# Tab, line feed and carriage return are text; other control characters and half a surrogate pair are not.
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
REPLACED = "\ufffd"  # stands where an unfit character stood
# Control characters and every kind of blank: one cell is one line of text.
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\s]+")
UNFIT_WORDS = {
    "null_character": _("The text contains a NUL character."),
    "lone_surrogate": _("The text contains half of a surrogate pair."),
    "control_character": _("The text contains a control character."),
}


def one_line(text: str) -> str:
    """Return a text without control characters, line ends and outer blanks; "" where nothing would show."""
    if not text:
        return text
    if text.isascii() and text.isprintable():
        return " ".join(text.split())  # the same, faster, for nearly every cell of a file
    line = _BLANKS.sub(" ", text).strip()
    return line if any(category(char) != "Cf" for char in line) else ""


def shown_name(filename: str, *, otherwise: str) -> str:
    """Return a file's name as it may be stored; odd characters of another system must not refuse a file."""
    text = filename.encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else " " for char in text).strip()[-200:] or otherwise


def text_fault(text: str) -> str | None:
    """Return the code (a key of UNFIT_WORDS) of the first character no text may hold, None for a fit text."""
    found = UNFIT.search(text)
    if found is None:
        return None
    if found[0] == "\0":
        return "null_character"
    return "lone_surrogate" if found[0] >= "\ud800" else "control_character"


def faults_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    """Yield the unfit texts, keys included, of a JSON value; recursion is as deep as the value."""
    if isinstance(value, str):
        yield from _faults_of(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _faults_of(str(key), (*path, str(key)))
            yield from faults_in(item, (*path, str(key)))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from faults_in(item, (*path, place))


def _faults_of(text: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
    code = text_fault(text)
    if code:
        yield Fault(code, pointer_to(path), UNFIT_WORDS[code])
