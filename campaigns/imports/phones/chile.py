"""C5: Chilean numbers by their shape: mobile 9 + 8, Santiago 2 + 2|3 + 7, regional area + 2|3 + 6."""

import re

from campaigns.imports.codes import RowCode
from campaigns.imports.phones.reading import NoPhone, Number, PhoneKind, check_filler

CODE = "56"
# Of Subtel's numbering plan; Santiago's is 2.
AREAS = frozenset(
    "32 33 34 35 41 42 43 45 51 52 53 55 57 58 61 63 64 65 67 71 72 73 75".split()  # noqa: SIM905 - a list of codes reads better so
)
_REGIONAL = f"(?:{'|'.join(sorted(AREAS))})"
_MOBILE = re.compile(r"9[0-9]{8}")
_LANDLINE = re.compile(rf"2[23][0-9]{{7}}|{_REGIONAL}[23][0-9]{{6}}")
_DOUBLED = re.compile(r"9(9[0-9]{8})")
_SHARED = re.compile(r"[68]00[0-9]{6,8}")
# Before 2013 numbers had eight digits.
_OLD_SANTIAGO = re.compile(r"2[0-9]{7}")
_OLD_REGIONAL = re.compile(rf"{_REGIONAL}[0-9]{{6}}")
_OLD_MOBILE = re.compile(r"[5-9][0-9]{7}")


def read_chile(digits: str, *, is_international: bool, is_mobile_column: bool) -> Number:
    """Return the number of some digits; `is_international` says that they begin with a country's code.

    Eight digits that can be two numbers are neither. Raises NoPhone.
    """
    national = _undress(digits, is_international)
    check_filler(national)
    if _SHARED.fullmatch(national):
        raise NoPhone(RowCode.PHONE_SHARED_LINE)
    if _MOBILE.fullmatch(national):
        return _number(national, PhoneKind.MOBILE)
    if _LANDLINE.fullmatch(national):
        return _number(national, PhoneKind.LANDLINE)
    if doubled := _DOUBLED.fullmatch(national):
        check_filler(doubled[1])
        return _number(doubled[1], PhoneKind.MOBILE, is_repaired=True)
    if len(national) == 8:
        return _read_old(national, is_mobile_column)
    raise NoPhone(_why_not(national))


def _undress(digits: str, is_international: bool) -> str:
    """Return the digits without the country's code and the trunk zero."""
    if is_international and not digits.startswith(CODE):
        raise NoPhone(RowCode.PHONE_OTHER_COUNTRY)
    # Without a plus, 56 is the code only where a whole number follows: no number of ten digits begins so.
    if is_international or (digits.startswith(CODE) and len(digits) >= 9):
        digits = digits[len(CODE) :]
    return digits.removeprefix("0")


def _read_old(national: str, is_mobile_column: bool) -> Number:
    mobile = f"9{national}" if _OLD_MOBILE.fullmatch(national) else ""
    landlines = []
    if _OLD_SANTIAGO.fullmatch(national):
        landlines.append(f"2{national}")
    if _OLD_REGIONAL.fullmatch(national):
        landlines.append(f"{national[:2]}2{national[2:]}")
    if mobile and (is_mobile_column or not landlines):
        return _number(mobile, PhoneKind.MOBILE, is_repaired=True)
    readings = [*landlines, mobile] if mobile else landlines
    if not readings:
        raise NoPhone(RowCode.PHONE_NOT_ASSIGNED)
    if len(readings) > 1:
        raise NoPhone(RowCode.PHONE_AMBIGUOUS, tuple(f"+{CODE}{reading}" for reading in readings))
    return _number(readings[0], PhoneKind.LANDLINE, is_repaired=True)


def _number(national: str, kind: PhoneKind, *, is_repaired: bool = False) -> Number:
    return Number(f"+{CODE}{national}", kind, is_repaired)


def _why_not(national: str) -> RowCode:
    if len(national) in {6, 7}:
        return RowCode.PHONE_NO_AREA
    return RowCode.PHONE_NOT_ASSIGNED if len(national) == 9 else RowCode.PHONE_LENGTH
