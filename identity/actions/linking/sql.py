"""Run a statement of linking; lists go as text, since psycopg writes its arrays value by value in Python."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

_NULL = "NULL"


def rows(statement: str, **given: Any) -> list[tuple[Any, ...]]:
    """Return a statement's rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, _told(given))
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def run(statement: str, **given: Any) -> int:
    """Execute a statement; return how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, _told(given))
        return int(cursor.rowcount)


def array(values: Iterable[Any]) -> str:
    """Return values of one type as PostgreSQL reads an array; None is null. The statement says the type."""
    told = list(values)
    first = next((one for one in told if one is not None), None)
    if isinstance(first, str):
        return "{" + _texts(told) + "}"
    if isinstance(first, UUID):
        return "{" + ",".join([_NULL if one is None else one.hex for one in told]) + "}"
    # Numbers, truths and dates hold nothing that must be quoted.
    return "{" + ",".join([_NULL if one is None else str(one) for one in told]) + "}"


def _texts(values: list[Any]) -> str:
    if None not in values:
        text = '","'.join(values)
        if "\\" not in text and text.count('"') == 2 * (len(values) - 1):
            return f'"{text}"'
    return ",".join([_NULL if one is None else f'"{_escaped(one)}"' for one in values])


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {name: array(value) if isinstance(value, list) else value for name, value in given.items()}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
