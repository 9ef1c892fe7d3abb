"""C6: amounts as people and spreadsheets write them, to Decimal; what cannot be read is never 0."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import get_currency_precision

from campaigns.imports.codes import RowCode, Unacceptable

MOST_DIGITS = 12  # before the decimals; what the ledger's columns hold
_LONGEST = 60  # characters
_DASHES = str.maketrans("−–—‐‑", "-----")
_MARKED = re.compile(r"[0-9]+(?:[.,'’ ][0-9]+)*|[.,][0-9]+|[0-9]+[.,]")
_GROUPED = re.compile(r"[1-9][0-9]*(?:\.[0-9]{3})+|[1-9][0-9]*(?:,[0-9]{3})+|[1-9][0-9]*(?:['’ ][0-9]{3})+")
_SMALL_POWER = re.compile(r"-?[0-9](?:\.[0-9]{1,17})?[eE](-[0-9]{1,3})")
_WORD = re.compile(r"US\$|S/\.?|R\$|[A-Z]{1,4}\$|B/\.?|Bs\.?|[$€₡₲]|[^\W\d_]+\.?", re.IGNORECASE)
# Words that say "money" and not whose.
_ANY = frozenset({"$", "peso", "pesos", "m/n", "mn", "moneda", "nacional", "de"})
_NAMES: Mapping[str, tuple[str, ...]] = {
    "ARS": ("ar$",),
    "BOB": ("bs", "boliviano", "bolivianos"),
    "BRL": ("r$", "real", "reais", "reales"),
    "CLP": ("ch$",),
    "COP": ("col$",),
    "CRC": ("₡", "colon", "colones"),
    "DOP": ("rd$",),
    "EUR": ("€", "euro", "euros"),
    "GTQ": ("q", "quetzal", "quetzales"),
    "HNL": ("l", "lempira", "lempiras"),
    "MXN": ("mx$",),
    "NIO": ("c$", "cordoba", "cordobas"),
    "PAB": ("b/", "balboa", "balboas"),
    "PEN": ("s/", "sol", "soles"),
    "PYG": ("₲", "gs", "guarani", "guaranies"),
    "USD": ("us$", "u$", "dolar", "dolares"),
    "UYU": ("$u",),
    "VES": (),
}
_CURRENCIES = {name: code for code, names in _NAMES.items() for name in (code.lower(), *names)}


def read_amount(text: str, *, currency: str) -> Decimal:
    """Return an amount, rounded half up to what the currency can be paid in; it may be negative or 0.

    Raises Unacceptable: missing, unreadable, too large, or marked as another currency's.
    """
    if not text:
        raise Unacceptable(RowCode.AMOUNT_MISSING)
    if len(text) > _LONGEST:
        raise Unacceptable(RowCode.AMOUNT_UNREADABLE)
    figure, is_negative = _unsigned(text.translate(_DASHES), currency)
    number = plain_number(figure)
    if number is None:
        raise Unacceptable(RowCode.AMOUNT_UNREADABLE)
    if number >= 10**MOST_DIGITS:
        raise Unacceptable(RowCode.AMOUNT_TOO_LARGE)
    rounded = number.quantize(_smallest(currency), ROUND_HALF_UP)
    return -rounded if is_negative and rounded else rounded


def _unsigned(text: str, currency: str) -> tuple[str, bool]:
    """Return the digits and marks of a text without its words, and whether it is less than nothing."""
    if text.isascii() and text.isdecimal():
        return text, False
    if _SMALL_POWER.fullmatch(text):  # what a subtraction in a spreadsheet leaves of nothing
        return "0", False
    figure = _WORD.sub(lambda found: _known_word(found[0], currency), text).strip()
    if figure.startswith("(") and figure.endswith(")"):
        return figure[1:-1].strip(), True
    if figure.startswith("-"):
        return figure[1:].strip(), True
    if figure.endswith("-"):
        return figure[:-1].strip(), True
    return figure.removeprefix("+").strip(), False


def _known_word(word: str, currency: str) -> str:
    """Return "" for a word of money; raises Unacceptable for another word or another currency."""
    letters = unicodedata.normalize("NFD", word.lower())
    bare = "".join(char for char in letters if not unicodedata.combining(char)).rstrip(".")
    if bare in _ANY:
        return ""
    named = _CURRENCIES.get(bare)
    if named is None:
        raise Unacceptable(RowCode.AMOUNT_UNREADABLE)
    if named != currency:
        raise Unacceptable(RowCode.AMOUNT_CURRENCY, currency=named, expected=currency)
    return ""


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


@cache
def _smallest(currency: str) -> Decimal:
    return Decimal(1).scaleb(-get_currency_precision(currency))
