"""Moments and days as cabinets, spreadsheets and databases write them; without a zone, the tenant's."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 2000, 2100
_LONGEST = 48  # characters; nothing longer is a moment
_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
_HALF = r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
_ZONE = r"(?:\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_TIME = rf"(?:(?:T|\s+|,\s*){_CLOCK}{_HALF}{_ZONE})?"
_ISO = re.compile(
    rf"(?P<year>[0-9]{{4}})[-/](?P<month>[0-9]{{2}})[-/](?P<day>[0-9]{{2}}){_TIME}", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    rf"(?P<day>[0-9]{{1,2}})[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<year>[0-9]{{4}}){_TIME}", re.IGNORECASE
)
_UTC = {"Z", "UTC", "GMT"}


def parse_moment(text: str, *, zone: ZoneInfo) -> datetime | None:
    """Return the moment a cell names, with its zone or else `zone`; a day alone is its beginning.

    ISO or day first, seconds and a.m./p.m. optional; None for what is no moment of the years 2000 to 2100.
    """
    written = text.strip()
    found = None
    if len(written) <= _LONGEST:
        found = _ISO.fullmatch(written) or _DAY_FIRST.fullmatch(written)
    if found is None or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        return None
    try:
        return _moment(found, zone)
    except ValueError:
        return None


def parse_day(text: str, *, zone: ZoneInfo) -> date | None:
    """Return the day a cell names; of a moment with a zone, its day in `zone`. None for what is none."""
    moment = parse_moment(text, zone=zone)
    return None if moment is None else moment.astimezone(zone).date()


def _moment(found: re.Match[str], zone: ZoneInfo) -> datetime:
    """Raises ValueError for a moment that no calendar or clock has."""
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found["hour"] is None:
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    part = (found["part"] or "")[:6].ljust(6, "0")
    clock = f"{_hour(found):02d}:{found['minute']}:{found['second'] or '00'}.{part}"
    moment = datetime.fromisoformat(f"{day.isoformat()}T{clock}{_offset(found['zone'])}")
    return moment if found["zone"] else moment.replace(tzinfo=zone)


def _hour(found: re.Match[str]) -> int:
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    if zone.upper() in _UTC:
        return "+00:00"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return f"{zone[0]}{digits[:2]}:{digits[2:]}"
