"""C5: numbers of other countries, by phonenumbers, and the old prefixes that it does not take off."""

import re
from functools import cache

from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    country_code_for_region,
    format_number,
    is_valid_number,
    number_type,
    parse,
    region_code_for_number,
)

from campaigns.imports.codes import RowCode
from campaigns.imports.phones.reading import NoPhone, Number, PhoneKind, check_filler

_KINDS = {PhoneNumberType.MOBILE: PhoneKind.MOBILE, PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE}
_SHARED = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
}
# Mexico dialled mobiles by 044, 045 and 01 until 2019, and from abroad by a 1 behind its code.
_MEXICO_INSIDE = re.compile(r"(?:044|045|01)([1-9][0-9]{9})")
_MEXICO_ABROAD = re.compile(r"521([1-9][0-9]{9})")
_COLOMBIA = re.compile(r"(?:57)?03(3[0-9]{9})")
# Argentina's mobiles have a 15 behind the area when dialled inside, and a 9 before it from abroad.
_AREA_LENGTHS = (2, 3, 4)


def read_abroad(digits: str, *, country: str, is_international: bool) -> Number:
    """Return the number of some digits in a country; `is_international`: they begin with a code.

    Raises NoPhone.
    """
    mended = _without_old_prefix(digits, country)
    number = _parsed(mended or digits, country, is_international and not mended)
    national = str(number.national_number)
    check_filler(national)
    if number.country_code != country_code_for_region(country):
        raise NoPhone(RowCode.PHONE_OTHER_COUNTRY)
    if not is_valid_number(number):
        raise NoPhone(_why_not(national, country))
    if region_code_for_number(number) != country:
        raise NoPhone(RowCode.PHONE_OTHER_COUNTRY)
    kind = number_type(number)
    if kind in _SHARED:
        raise NoPhone(RowCode.PHONE_SHARED_LINE)
    is_repaired = bool(mended) or _lost_a_15(digits, national, country)
    written = format_number(number, PhoneNumberFormat.E164)
    return Number(written, _KINDS.get(kind, PhoneKind.UNKNOWN), is_repaired)


def _parsed(digits: str, country: str, is_international: bool) -> PhoneNumber:
    try:
        return parse(f"+{digits}" if is_international else digits, country)
    except NumberParseException as broken:
        raise NoPhone(RowCode.PHONE_LENGTH) from broken


def _without_old_prefix(digits: str, country: str) -> str:
    """Return the national digits behind a prefix that is dialled no more, "" where there is none."""
    if country == "MX":
        found = _MEXICO_INSIDE.fullmatch(digits.removeprefix("52") if len(digits) > 13 else digits)
        found = found or _MEXICO_ABROAD.fullmatch(digits)
    elif country == "CO":
        found = _COLOMBIA.fullmatch(digits)
    else:
        return ""
    return found[1] if found else ""


def _lost_a_15(digits: str, national: str, country: str) -> bool:
    """Answer whether the library took Argentina's 15 off."""
    if country != "AR" or not national.startswith("9"):
        return False
    bare = national[1:]
    return any(digits.endswith(f"{bare[:cut]}15{bare[cut:]}") for cut in _AREA_LENGTHS)


@cache
def _lengths(country: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return how many digits a country's numbers have, whole and without their area."""
    known = PhoneMetadata.metadata_for_region(country, None)
    shape = known.general_desc if known else None
    if shape is None:
        return frozenset(), frozenset()
    return frozenset(shape.possible_length), frozenset(shape.possible_length_local_only)


def _why_not(national: str, country: str) -> RowCode:
    whole, local = _lengths(country)
    if len(national) in whole:
        return RowCode.PHONE_NOT_ASSIGNED
    return RowCode.PHONE_NO_AREA if len(national) in local else RowCode.PHONE_LENGTH
