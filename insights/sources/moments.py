"""When something was said: every way in which sheets write a moment, as one in UTC (N3)."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from insights.rules import RowCode
from insights.sources.answers import Cell
from insights.sources.cells import text_of
from tenants.intake.days import LAST_DAY

DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial is the wall clock of whoever typed it
_LAST_SERIAL = 2_958_466  # the year 10000 begins
# Exports write "never" as 0001-01-01 or 9999-12-31: nobody said anything then, and the calendar of some zones
# does not reach so far.
YEARS = range(DAY_ZERO.year, LAST_DAY.year + 1)
_SERIAL = re.compile(r"\d{1,7}(?:\.\d+)?")
_TIME = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([AP])\.?\s*M\.?)?)?"
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})" + _TIME)
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(.*)")
_SPACED_OFFSET = re.compile(r"(\d) (Z|UTC|GMT|[+-]\d{2}:?\d{2})$")


class BadMoment(ValueError):
    """A moment that is missing or cannot be read; `code` says which."""

    def __init__(self, code: RowCode) -> None:
        super().__init__(code)
        self.code = code


def moment_of(cell: Cell, zone: ZoneInfo) -> datetime:
    """Return a cell's moment in UTC; one without an offset is of the zone. Raises BadMoment (N3)."""
    text = text_of(cell).upper()
    if not text:
        raise BadMoment(RowCode.MISSING_TIMESTAMP)
    try:
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        found = _of_serial(float(cell or 0)) if is_number else _read(text)
        if found is not None:
            moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
            if moment.year in YEARS:
                return moment
    except (ValueError, OverflowError):
        pass  # 31 February, hour 25, an offset that leaves the calendar
    raise BadMoment(RowCode.INVALID_TIMESTAMP)


def _read(text: str) -> datetime | None:
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text))
    if found := _DAY_FIRST.fullmatch(text):
        return _of_day_first(found)
    if found := _YEAR_FIRST.fullmatch(text):
        text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{found[4]}"
    text = _SPACED_OFFSET.sub(r"\1\2", text)
    return datetime.fromisoformat(re.sub(r"(UTC|GMT)$", "Z", text))


def _of_serial(days: float) -> datetime | None:
    """Return the wall clock of a sheet's serial, to the second: a fraction of a day is not exact."""
    if not 0 <= days < _LAST_SERIAL:
        return None
    return DAY_ZERO + timedelta(seconds=round(days * 86_400))


def _of_day_first(found: re.Match[str]) -> datetime:
    day, _sign, month, year, hour, minute, second, half = found.groups()
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError("no such hour of half a day")
        hours = hours % 12 + (12 if half == "P" else 0)
    parts = (int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))
    return datetime(*parts)  # noqa: DTZ001 - the zone is the brand's, set by who asked
