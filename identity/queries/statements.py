"""Statements that take arrays and touch a whole batch at once (ADR 4)."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

FETCHED = 2_000


def rows(statement: str, **params: Any) -> list[Any]:
    """Execute a statement; return the rows it answers, none when it answers nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def row(statement: str, **params: Any) -> Any:
    """Execute a statement that answers exactly one row; return it."""
    (found,) = rows(statement, **params)
    return found


def streamed(statement: str, **params: Any) -> Iterator[Any]:
    """Execute a statement and yield its rows, so many at a time; the driver keeps them packed until then."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        while some := cursor.fetchmany(FETCHED):
            yield from some
