"""C3: cells keep their meaning, whatever a spreadsheet made of them. Texts in; values out, None for none."""

import re
from datetime import date, timedelta

MOST_DAYS = 36_500  # a century
FIRST_YEAR, LAST_YEAR = 1950, 2100
_LONGEST = 40  # characters of a number or a date
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet, right from 1 March 1900 on
_FLOAT = re.compile(r"([0-9]+)[.,]0{1,2}")
_POWER = re.compile(r"([0-9])[.,]?([0-9]*)[eE]\+?([0-9]{1,2})")
_WHOLE = re.compile(r"([0-9]{1,6})(?:[.,]0{1,2})?(?: ?[^\W\d_]+\.?)?")
_SECONDS = r"(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_CLOCK = rf"(?:[T ][0-9]{{1,2}}:[0-9]{{2}}{_SECONDS}(?: ?[ap]\.? ?m\.?)?(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_CLOCK}", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_CLOCK}", re.IGNORECASE
)
_SERIAL = re.compile(r"([0-9]{1,5})(?:[.,][0-9]{1,12})?")
_BOOLEANS = frozenset({"true", "false", "verdadero", "falso"})
_NOTHING = frozenset({"", "-", "--", "n/a", "na", "null", "none", "no", "n", "0", "false", "falso", "s/i"})


def is_boolean(text: str) -> bool:
    """Answer whether a cell holds true or false, which is no name, number or date."""
    return text.lower() in _BOOLEANS


def says_no(text: str) -> bool:
    """Answer whether a cell says that something did not happen: blank, a dash, "no", 0, false."""
    return text.lower() in _NOTHING


def as_digits(text: str) -> str:
    """Return a number cell as it was typed: 987654321.0 and 9.87654321E8 are 987654321; else the text itself.

    A power that has lost digits (9.87E+08) stays as it is: nobody knows them any more.
    """
    if text.isdecimal():
        return text
    whole = _FLOAT.fullmatch(text)
    if whole:
        return whole[1]
    power = _POWER.fullmatch(text)
    if power and len(power[2].rstrip("0")) <= int(power[3]) <= len(power[2]):
        return power[1] + power[2][: int(power[3])]
    return text


def read_whole(text: str) -> int | None:
    """Return a whole number up to 36,500, with at most one word of unit behind it; None for what is none."""
    found = _WHOLE.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    number = int(found[1])
    return number if number <= MOST_DAYS else None


def read_date(text: str) -> date | None:
    """Return the day of a cell: ISO, day first (`/ - .`, two-digit years are 20xx) or a spreadsheet's serial.

    Serial 0, impossible days, booleans and years outside 1950 to 2100 are None.
    """
    if len(text) > _LONGEST or not text.isascii():
        return None
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY_FIRST.fullmatch(text):
        year = found[4] if len(found[4]) == 4 else f"20{found[4]}"
        return _day(year, found[3], found[1])
    if found := _SERIAL.fullmatch(text):
        return _likely(_EPOCH + timedelta(days=int(found[1])))
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return _likely(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _likely(day: date) -> date | None:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
