"""C6: amounts as people and spreadsheets write them, to Decimal; what cannot be read is never 0."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import get_currency_precision

from campaigns.imports.codes import RowCode, Unacceptable
from tenants.intake.figures import DASHES, plain_number

MOST_DIGITS = 12  # before the decimals; what the ledger's columns hold
_LONGEST = 60  # characters
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
    return payable(exact_amount(text, currency=currency), currency=currency)


def exact_amount(text: str, *, currency: str) -> Decimal:
    """Return an amount with all the places that are written. Raises as `read_amount` does."""
    if not text:
        raise Unacceptable(RowCode.AMOUNT_MISSING)
    if len(text) > _LONGEST:
        raise Unacceptable(RowCode.AMOUNT_UNREADABLE)
    figure, is_negative = _unsigned(text.translate(DASHES), currency)
    number = plain_number(figure)
    if number is None:
        raise Unacceptable(RowCode.AMOUNT_UNREADABLE)
    if number >= 10**MOST_DIGITS:
        raise Unacceptable(RowCode.AMOUNT_TOO_LARGE)
    return number.copy_negate() if is_negative and number else number


def payable(amount: Decimal, *, currency: str) -> Decimal:
    """Return an amount, rounded half up to what the currency can be paid in."""
    rounded = amount.quantize(_smallest(currency), ROUND_HALF_UP)
    return rounded or abs(rounded)  # nothing has no sign


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


@cache
def _smallest(currency: str) -> Decimal:
    return Decimal(1).scaleb(-get_currency_precision(currency))
