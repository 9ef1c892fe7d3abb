"""L4: connection dates as LinkedIn and people write them."""

import re
from datetime import date, datetime

from personas.rules import FIRST_YEAR, LAST_YEAR

_MONTHS = (
    ("enero", "january"),
    ("febrero", "february"),
    ("marzo", "march"),
    ("abril", "april"),
    ("mayo", "may"),
    ("junio", "june"),
    ("julio", "july"),
    ("agosto", "august"),
    ("septiembre", "setiembre", "september"),
    ("octubre", "october"),
    ("noviembre", "november"),
    ("diciembre", "december"),
)
# Every name whole or cut to three letters or more; no cut of one month is a cut of another.
_MONTH_NUMBERS = {
    name[:length]: number
    for number, names in enumerate(_MONTHS, 1)
    for name in names
    for length in range(3, len(name) + 1)
}
_LONGEST = 64  # characters; nothing longer is a date

_BETWEEN = r"(?:[\s\-/.,]|\bdel?\b)+"
_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
_NAME = r"(?P<name>[a-z]{3,10})"
_DAY_FIRST = re.compile(f"{_DAY}{_BETWEEN}{_NAME}{_BETWEEN}{_YEAR}")
_MONTH_FIRST = re.compile(f"{_NAME}{_BETWEEN}{_DAY}{_BETWEEN}{_YEAR}")
_NUMERIC = re.compile(f"{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}{_YEAR}")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[t ][0-9]{2}:[0-9]{2}.*)?")


def parse_connected_on(text: str) -> date | None:
    """Return the day a cell names, None when it names none: Spanish or English, ISO or numeric (L4)."""
    written = text.strip().lower()
    if len(written) > _LONGEST:
        return None
    if _ISO.fullmatch(written):
        return _iso(written)
    if found := _DAY_FIRST.fullmatch(written) or _MONTH_FIRST.fullmatch(written):
        return _real_day(found["year"], _MONTH_NUMBERS.get(found["name"], 0), found["day"])
    if found := _NUMERIC.fullmatch(written):
        return _real_day(found["year"], int(found["month"]), found["day"])
    return None


def _iso(written: str) -> date | None:
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError:
        return None
    return moment.date() if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _real_day(year: str, month: int, day: str) -> date | None:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None
