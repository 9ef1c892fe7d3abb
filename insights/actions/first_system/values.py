"""Values of rows of mixed kinds: a number may be text, a list may be JSON, a moment has no zone (F11)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tenants.intake import one_line, read_json, text_fault
from tenants.rules import Refused

# A module's result of 100,000 comments is some kilobytes; more is no result.
LONGEST_RESULT = 2_000_000
MOST = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Unreadable(Exception):
    """The value is not what its field says."""


def first_of(fields: Mapping[str, Any], *names: str) -> Any:
    """Return the first of these fields that says something, None when none does."""
    found = (fields.get(name) for name in names)
    return next((one for one in found if one is not None and one != "" and one not in ([], {})), None)


def text_of(value: Any, *, longest: int) -> str:
    """Return one line of text. Raises Unreadable for what is none, unfit or too long."""
    if value is None:
        return ""
    if isinstance(value, dict | list | bytes):
        raise Unreadable
    text = str(value)
    if text_fault(text.replace("\n", " ").replace("\r", " ").replace("\t", " ")):
        raise Unreadable
    line = one_line(text)
    if len(line) > longest:
        raise Unreadable
    return line


def texts_of(value: Any, *, longest: int) -> list[str]:
    """Return a list, given as one, as JSON or with commas. Raises Unreadable."""
    if isinstance(value, str):
        value = json_of(value) if value.lstrip().startswith("[") else value.split(",")
    if not isinstance(value, list):
        return []
    found = [text_of(one, longest=longest) for one in value]
    return [one for one in dict.fromkeys(found) if one]


def whole_of(value: Any) -> int:
    """Return a count, 0 for nothing. Raises Unreadable."""
    try:
        number = float(value or 0)
    except (TypeError, ValueError) as error:
        raise Unreadable from error
    if not (number.is_integer() and 0 <= number <= MOST):
        raise Unreadable
    return int(number)


def moment_of(value: Any) -> datetime:
    """Return a moment, in UTC where it has no zone: as the first system's server wrote. Raises Unreadable."""
    try:
        found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
    except ValueError as error:
        raise Unreadable from error
    if not (isinstance(found, datetime) and FIRST_YEAR <= found.year <= LAST_YEAR):
        raise Unreadable
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def json_of(value: Any) -> Any:
    """Return a JSON value, given as one or as text, as strictly as a request's. Raises Unreadable."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, default=str, allow_nan=False)
        if len(text) > LONGEST_RESULT:
            raise Unreadable
        return read_json(text.encode("utf-8"))
    except (Refused, ValueError, TypeError, RecursionError) as error:
        raise Unreadable from error
