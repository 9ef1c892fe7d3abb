"""The filters of list-calls: typed conditions, all of which must hold; what is not known is refused."""

from collections.abc import Callable, Mapping
from typing import Any

Fields = Mapping[str, Any]
# The trap of Retell's own filter: `registered` cannot be asked for.
LISTED_STATUSES = frozenset({"not_connected", "ongoing", "ended", "error"})
PLAIN = frozenset(
    {"call_id", "call_status", "to_number", "from_number", "start_timestamp", "end_timestamp", "duration_ms",
     "disconnection_reason", "direction", "call_type"}
)  # fmt: skip
KEYED = {"metadata": "metadata", "dynamic_variables": "retell_llm_dynamic_variables"}


class BadFilter(ValueError):
    """The condition is none that list-calls knows."""


_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda value, asked: value == asked,
    "ne": lambda value, asked: value != asked,
    "sw": str.startswith,
    "ew": str.endswith,
    "co": lambda value, asked: asked in value,
}
_NUMBER: Mapping[str, Callable[[float, float], bool]] = {
    "eq": lambda value, asked: value == asked,
    "ne": lambda value, asked: value != asked,
    "gt": lambda value, asked: value > asked,
    "ge": lambda value, asked: value >= asked,
    "lt": lambda value, asked: value < asked,
    "le": lambda value, asked: value <= asked,
}


def check(criteria: object) -> None:
    """Raise BadFilter for what list-calls would not take."""
    for name, value in _conditions(criteria):
        if name == "call_status" and not set(value.get("value", ())) <= LISTED_STATUSES:
            raise BadFilter("call_status")
        _holds({}, value)


def matches(call: Fields, criteria: Mapping[str, Any]) -> bool:
    """Say whether a call object meets all conditions."""
    for name, condition in _conditions(criteria):
        of = call.get(KEYED[name]) if name in KEYED else call
        key = str(condition.get("key")) if name in KEYED else name
        if not _holds({"value": of.get(key)} if isinstance(of, Mapping) else {}, condition):
            return False
    return True


def wanted(criteria: Mapping[str, Any], name: str, key: str = "") -> str | None:
    """Return the one text that a condition asks for, if it asks for one: it may be looked up."""
    for found, condition in _conditions(criteria):
        if found == name and condition.get("op") == "eq" and condition.get("key", "") == key:
            value = condition.get("value")
            return value if isinstance(value, str) else None
    return None


def _conditions(criteria: object) -> list[tuple[str, Fields]]:
    if not isinstance(criteria, Mapping):
        raise BadFilter("filter_criteria")
    found: list[tuple[str, Fields]] = []
    for name, value in criteria.items():
        if name not in PLAIN and name not in KEYED:
            raise BadFilter(name)
        found += [(name, each) for each in (value if name in KEYED and isinstance(value, list) else [value])]
    if not all(isinstance(condition, Mapping) for _name, condition in found):
        raise BadFilter("filter_criteria")
    return found


def _holds(field: Fields, condition: Fields) -> bool:
    kind, op, asked = condition.get("type"), str(condition.get("op")), condition.get("value")
    value = field.get("value")
    if kind == "string" and op in _TEXT and isinstance(asked, str):
        return isinstance(value, str) and _TEXT[op](value, asked)
    if kind == "number" and op in _NUMBER and isinstance(asked, int | float):
        return isinstance(value, int | float) and _NUMBER[op](value, asked)
    if kind == "range" and op == "bt" and isinstance(asked, list) and len(asked) == 2:
        return isinstance(value, int | float) and asked[0] <= value <= asked[1]
    if kind == "enum" and op == "in" and isinstance(asked, list):
        return value in asked
    raise BadFilter(str(kind))
