"""Which number do digits and marks mean? 1.234,56 and 1,234.56 alike; 1.500 is fifteen hundred (C6, W7)."""

import re
from decimal import Decimal

from tenants.intake.text import one_line

_LONGEST = 60  # characters
DASHES = str.maketrans("−–—‐‑", "-----")
_MARKED = re.compile(r"[0-9]+(?:[.,'’ ][0-9]+)*|[.,][0-9]+|[0-9]+[.,]")
_GROUPED = re.compile(r"[1-9][0-9]*(?:\.[0-9]{3})+|[1-9][0-9]*(?:,[0-9]{3})+|[1-9][0-9]*(?:['’ ][0-9]{3})+")


def read_figure(text: str) -> Decimal | None:
    """Return a number as a person writes it, with its sign; None for what is none, or endless."""
    figure = one_line(text).translate(DASHES)
    if len(figure) > _LONGEST:
        return None
    number = plain_number(figure.removeprefix("-"))
    return number.copy_negate() if number and figure.startswith("-") else number


def read_whole(text: str) -> int | None:
    """Return a whole number as a person writes it, 1.000 a thousand; None for what is none."""
    number = read_figure(text)
    return int(number) if number is not None and number == int(number) else None


def plain_number(figure: str) -> Decimal | None:
    """Return what digits and marks mean: one kind of mark before threes groups, else the last is decimal."""
    if not figure.isascii() and not figure.replace("’", "'").isascii():
        return None
    if not _MARKED.fullmatch(figure):
        return None
    if _GROUPED.fullmatch(figure):
        return Decimal(re.sub(r"[^0-9]", "", figure))
    head, mark, tail = _split_last(figure)
    if mark and mark not in ".,":
        return None  # a blank or an apostrophe never begins decimals
    if len(re.findall(r"[.,'’ ]", head)) and not _threes(head):
        return None
    return Decimal(f"{re.sub(r'[^0-9]', '', head) or '0'}.{tail or '0'}")


def _split_last(figure: str) -> tuple[str, str, str]:
    place = max(figure.rfind(mark) for mark in ".,'’ ")
    return (figure, "", "") if place < 0 else (figure[:place], figure[place], figure[place + 1 :])


def _threes(head: str) -> bool:
    return re.fullmatch(r"[0-9]+(?:[.,'’ ][0-9]{3})+", head) is not None
