"""How do a thousand values reach one statement? As one literal: arrays of the driver cost thrice as much."""

from collections.abc import Iterable


def plain(values: Iterable[object]) -> str:
    """Return an array of numbers, keys, days or moments; None is NULL.

    Only for values whose text needs no quotes inside an array, whatever they are.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def texts(values: Iterable[str]) -> str:
    """Return an array of any texts."""
    quoted = [value.replace("\\", r"\\").replace('"', r"\"") for value in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"
