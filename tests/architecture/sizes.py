"""Measures of functions and files against the table of sizes in docs/architecture.md."""

import ast
from dataclasses import dataclass
from statistics import median, quantiles

from tests.architecture.sources import Finding, Function, Source, last_name

FUNCTION_GATE = 50
FILE_GATE = 400
DOOR_METHOD_GATE = 15
JOB_HANDLER_GATE = 12
ACTION_GATE = 40

FUNCTION_AIM = (8, 30)  # median, nine in ten
FILE_AIM = (70, 250)


@dataclass(frozen=True)
class Spread:
    """Median and ninth decile of some lengths in lines."""

    median: float
    nine_in_ten: float

    @classmethod
    def over(cls, lengths: list[int]) -> "Spread":
        if len(lengths) < 2:
            return cls(lengths[0] if lengths else 0, lengths[0] if lengths else 0)
        return cls(median(lengths), quantiles(lengths, n=10, method="inclusive")[8])


def length(function: Function) -> int:
    """Return the lines from `def` to the end; the docstring is for the caller and does not count."""
    first = function.body[0]
    docstring = first if ast.get_docstring(function, clean=False) is not None else None
    spent = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - spent


def function_lengths(sources: list[Source]) -> list[int]:
    return [length(function) for source in sources for function in source.functions()]


def too_long(source: Source) -> list[Finding]:
    """Return every function and file of `source` beyond its gate."""
    found = [_over(source, function) for function in source.functions()]
    if source.line_count > FILE_GATE:
        found.append(Finding(source.path, 1, "file", f"{source.line_count} lines, {FILE_GATE} allowed"))
    return [finding for finding in found if finding]


def _over(source: Source, function: Function) -> Finding | None:
    gate, kind = _gate(source, function)
    lines = length(function)
    if lines <= gate:
        return None
    return Finding(source.path, function.lineno, kind, f"{function.name} has {lines} lines, {gate} allowed")


def _gate(source: Source, function: Function) -> tuple[int, str]:
    rooms = source.words[1:]
    if any(last_name(decorator) == "handles" for decorator in function.decorator_list):
        return JOB_HANDLER_GATE, "job handler"
    # A page or an action is what others call; its private parts are functions like any.
    if function.name.startswith("_"):
        return FUNCTION_GATE, "function"
    if "viewsets" in rooms or "views" in rooms:
        return DOOR_METHOD_GATE, "door method"
    if "actions" in rooms:
        return ACTION_GATE, "action"
    return FUNCTION_GATE, "function"
