"""Cells that a script speaks of, read as the type that it declares, like every other cell (C3, C6)."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from campaigns.imports.amounts import read_amount
from campaigns.imports.cells import as_digits, read_date
from campaigns.imports.codes import Unacceptable
from campaigns.scripting import ReadScript, VariableType
from campaigns.scripting.variables import BuiltIn, canonical
from tenants.intake import one_line
from tenants.intake.figures import read_figure


def read_spoken(script: ReadScript, values: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """Return values of which texts are read as the script declares: "31/12/2026" is a day, "98.500" money.

    What cannot be read stays a text, which the script then calls unreadable; what is no text stays as it is.
    """
    return {name: _read(script, name, value, currency) for name, value in values.items()}


def told_debt(values: Mapping[str, Any], *, currency: str) -> Decimal | None:
    """Return the least that a row's own columns say is owed, by either name; None when none says it."""
    cells = [cell for name, cell in values.items() if canonical(name) == BuiltIn.MONTO_TOTAL]
    amounts = (_money(one_line(cell), currency) for cell in cells if isinstance(cell, str))
    return min((one for one in amounts if one is not None), default=None)


def written_default(text: str, kind: VariableType, *, currency: str) -> str:
    """Return a default as people write it, in the one form that a declaration keeps; else as it is."""
    meant = _meant(one_line(text), kind, currency)
    if meant is None:
        return text.strip()
    if isinstance(meant, date):
        return meant.isoformat()
    # Three decimals could be thousands to the next reader; a fourth says what they are.
    return f"{meant:f}" + ("0" if meant.as_tuple().exponent == -3 else "")


def _read(script: ReadScript, name: str, value: Any, currency: str) -> Any:
    variable = script.variables.get(canonical(name))
    if variable is None or not isinstance(value, str):
        return value
    meant = _meant(one_line(value), variable.type, currency)
    return value if meant is None else meant


def _meant(cell: str, kind: VariableType, currency: str) -> Decimal | date | None:
    if kind is VariableType.DATE:
        return read_date(cell)
    if kind is VariableType.MONEY:
        return _money(cell, currency)
    return read_figure(as_digits(cell)) if kind is VariableType.NUMBER else None


def _money(cell: str, currency: str) -> Decimal | None:
    with suppress(Unacceptable):
        return read_amount(as_digits(cell), currency=currency)
    return None
