"""A phone cell, cut into its numbers and each of them undressed of what is written and not dialled."""

import re

from campaigns.imports.cells import as_digits
from campaigns.imports.codes import RowCode
from campaigns.imports.phones.abroad import read_abroad
from campaigns.imports.phones.chile import read_chile
from campaigns.imports.phones.reading import NoPhone, Number, PhoneReading, check_filler

MOST_IN_A_CELL = 10
_LONGEST = 60  # characters of one number
_SHOWN = 30  # characters of what was written that are told
_BETWEEN = re.compile(r"[/;,]")
_EXTENSION = re.compile(
    r"(?<=[0-9)])\s*(?:[,.-]\s*)?(?:extensi[oó]n|ext|anexo|anx|interno|int|ramal|x|#)\s*[.:]?\s*[0-9]{1,6}$",
    re.IGNORECASE,
)
_DRESSED = re.compile(r"(?:\(?\+ ?)?[0-9\s().\-‐‑‒–—−]+")
# A number cell shown with decimals or with thousands: its comma parts no two numbers.
_ONE_NUMBER = re.compile(r"[0-9]+,0{1,2}|[0-9]{1,3}(?:,[0-9]{3})+")


def read_phones(text: str, *, country: str, is_mobile_column: bool = False) -> list[PhoneReading]:
    """Return the numbers of a cell in their order, the refused ones too; none for a blank cell.

    `is_mobile_column`: eight old digits that may be a mobile or a landline are the mobile (C5).
    """
    if not text:
        return []
    if len(text) > _LONGEST * MOST_IN_A_CELL:
        return [PhoneReading(text[:_SHOWN], code=RowCode.PHONE_UNREADABLE)]
    if _ONE_NUMBER.fullmatch(text):
        return [_read_one(as_digits(text).replace(",", ""), country, is_mobile_column)]
    pieces = _BETWEEN.split(text, MOST_IN_A_CELL)
    written = (piece.strip() for piece in pieces)
    return [_read_one(piece, country, is_mobile_column) for piece in written if piece]


def _read_one(written: str, country: str, is_mobile_column: bool) -> PhoneReading:
    try:
        number = _number(written, country, is_mobile_column)
    except NoPhone as no:
        return PhoneReading(written[:_SHOWN], readings=no.readings, code=no.code)
    code = RowCode.PHONE_REPAIRED if number.is_repaired else None
    return PhoneReading(written[:_SHOWN], number.e164, number.kind, number.is_repaired, code=code)


def _number(written: str, country: str, is_mobile_column: bool) -> Number:
    digits, is_international, has_extension = _digits(written)
    check_filler(digits)
    if country == "CL":
        number = read_chile(digits, is_international=is_international, is_mobile_column=is_mobile_column)
    else:
        number = read_abroad(digits, country=country, is_international=is_international)
    return Number(number.e164, number.kind, is_repaired=True) if has_extension else number


def _digits(written: str) -> tuple[str, bool, bool]:
    """Return the digits, whether they begin with a country's code, and whether an extension was left out."""
    bare = as_digits(written)
    if bare.isdecimal() and bare.isascii():
        return bare.removeprefix("00"), bare.startswith("00"), False
    if len(bare) > _LONGEST:
        raise NoPhone(RowCode.PHONE_UNREADABLE)
    dressed, extensions = _EXTENSION.subn("", bare)
    if not _DRESSED.fullmatch(dressed):
        raise NoPhone(RowCode.PHONE_UNREADABLE)
    digits = re.sub(r"[^0-9]", "", dressed)
    is_international = "+" in dressed or digits.startswith("00")
    return digits.removeprefix("00"), is_international, bool(extensions)
