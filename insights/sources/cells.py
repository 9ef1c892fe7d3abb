"""What one cell says: a text, or a counter (N5)."""

import re
from unicodedata import normalize

from insights.rules import RowCode
from insights.sources.answers import Cell
from tenants.intake.text import UNFIT

# 18 digits are the longest whole number that anybody takes in (S13).
_GREATEST = 10**18 - 1
_WHOLE = re.compile(r"[+-]?\d{1,18}(?:[.,]0+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,' \u00a0\u202f\u2019])\d{3})(?:\1\d{3})*")


class BadCounter(ValueError):
    """A counter that is none; `code` says how."""

    def __init__(self, code: RowCode) -> None:
        super().__init__(code)
        self.code = code


def text_of(cell: Cell) -> str:
    """Return a cell's text as people wrote it, without outer blanks; numbers without a needless point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return normalize("NFC", UNFIT.sub("", str(cell))).strip()


def counter_of(cell: Cell) -> int | None:
    """Return a counter, None for an empty cell; raises BadCounter for anything but a whole number from 0."""
    text = text_of(cell)
    if not text:
        return None
    number = _whole(text)
    if isinstance(cell, bool) or number is None or abs(number) > _GREATEST:
        raise BadCounter(RowCode.INVALID_NUMBER)
    if number < 0:
        raise BadCounter(RowCode.NEGATIVE_NUMBER)
    return number


def _whole(text: str) -> int | None:
    # Grouped before whole: 1.000 is a thousand typed as text, as 1,000 is.
    if _GROUPED.fullmatch(text):
        return int(re.sub(r"[^\d+-]", "", text))
    if _WHOLE.fullmatch(text):
        return int(re.split(r"[.,]", text)[0])
    return None
