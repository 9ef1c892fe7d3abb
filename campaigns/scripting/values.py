"""Values of variables: what they are, and how a voice says them. Nothing of a value is ever a placeholder."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from babel import Locale
from babel import dates as babel_dates
from babel import numbers as babel_numbers

from campaigns.scripting.cleaning import visible
from tenants.display.formats import Formats, locale_for
from tenants.intake.text import one_line

LONGEST_VALUE = 300  # characters: about twenty seconds of speech
FIRST_YEAR, LAST_YEAR = 1900, 2100
# As JSON and our own columns write them. What people type is read by the import (C3, C6), never here.
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,30})?")
# 98.500 is 98 500 to most of our authors and 98.5 to programs: nobody guesses.
_EITHER = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")
_SMALLEST = Decimal("0.0001")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RUT = re.compile(r"([0-9]{1,8})-([0-9K])")


class VariableType(StrEnum):
    """How a value is read and said."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    NUMBER = "number"


Value = str | Decimal | date


def spoken_text(text: str) -> str:
    """Return one line a voice can read: no control, direction or invisible characters, at most 300 long.

    Cut at a word, so that nobody hears half of one.
    """
    # Far more than will be kept is not even looked at: a value may be a megabyte.
    line = " ".join(visible(one_line(text.lstrip()[: LONGEST_VALUE * 4])).split())
    if len(line) <= LONGEST_VALUE:
        return line
    head, blank, _tail = line[: LONGEST_VALUE + 1].rpartition(" ")
    return head if blank else line[:LONGEST_VALUE]


def read_value(given: object, kind: VariableType) -> Value | None:
    """Return what `given` means as a type: a day of date or ISO text, a number of Decimal, int or plain text.

    None for a blank, and for what cannot be read so.
    """
    if isinstance(given, bool):
        return None
    if kind is VariableType.DATE:
        return _day(given)
    if kind is VariableType.TEXT:
        return _text(given) or None
    return _number(given)


def is_blank(given: object) -> bool:
    """Say whether nothing was given: None, or a text in which nothing would be heard."""
    return given is None or (isinstance(given, str) and not spoken_text(given))


def say(value: Value, kind: VariableType, *, country: str, language: str, currency: str = "") -> str:
    """Return a read value as local text: "3 de marzo de 2026", "$98.500", "1.234,5"."""
    locale = locale_for(language, country)
    if isinstance(value, date):
        return str(babel_dates.format_date(value, "long", locale=locale))
    if isinstance(value, str):
        return value
    if kind is VariableType.MONEY:
        return _money(value, currency or Formats(language, country).currency, locale)
    return str(babel_numbers.format_decimal(value, format="#,##0.####", locale=locale))


def say_document(text: str, country: str) -> str:
    """Return an identity document as people know it: a RUT has dots."""
    found = _RUT.fullmatch(text) if country.upper() == "CL" else None
    return f"{int(found[1]):,}-{found[2]}".replace(",", ".") if found else text


def _day(given: object) -> date | None:
    if isinstance(given, str) and _DAY.fullmatch(given.strip()):
        try:
            given = date.fromisoformat(given.strip())
        except ValueError:
            return None
    # A moment is a day only in some time zone, which nobody told.
    if not isinstance(given, date) or isinstance(given, datetime):
        return None
    return given if FIRST_YEAR <= given.year <= LAST_YEAR else None


def _number(given: object) -> Decimal | None:
    if not isinstance(given, str | int | float | Decimal):
        return None
    text = given.strip() if isinstance(given, str) else _plain(given)
    if not _NUMBER.fullmatch(text) or (isinstance(given, str) and _EITHER.fullmatch(text)):
        return None
    # Spreadsheets leave 2.5999999999; adding 0 takes the sign off a zero.
    return Decimal(text).quantize(_SMALLEST, ROUND_HALF_UP) + 0


def _plain(number: float | Decimal) -> str:
    """Return a number without exponent or trailing zeros; infinities and what is too long match nothing."""
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite() or exact.adjusted() > 14 or int(exact.as_tuple().exponent) < -30:
        return ""
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(given: object) -> str:
    if isinstance(given, str):
        return spoken_text(given)
    return _plain(given) if isinstance(given, int | float | Decimal) else ""


def _money(amount: Decimal, currency: str, locale: Locale) -> str:
    """Return money in what can be paid; whole amounts without cents, which a voice would read out."""
    places = babel_numbers.get_currency_precision(currency)
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    figures = f"0.{'0' * places}" if rounded % 1 else "0"
    # "CLP98,500" would be spelt; "98,500 Chilean pesos" is said.
    is_named = babel_numbers.get_currency_symbol(currency, locale=locale) == currency
    pattern = f"#,##{figures}" if is_named else _pattern(locale).replace("0.00", figures)
    said = babel_numbers.format_currency(
        rounded,
        currency,
        pattern,
        locale,
        currency_digits=False,
        format_type="name" if is_named else "standard",
    )
    return " ".join(str(said).split())


@lru_cache(maxsize=256)
def _pattern(locale: Locale) -> str:
    return str(locale.currency_formats["standard"].pattern)
