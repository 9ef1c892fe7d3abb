"""What a script may say of nobody: values to try a text with, made up and the same each day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from campaigns.scripting import ReadScript, Variable, VariableType, built_in_values


def sample_values(script: ReadScript, *, today: date) -> dict[str, Any]:
    """Return a value for every variable of a script; a declared text is its own name, so that it is seen."""
    known = built_in_values(
        name="Camila Rojas Soto",
        document="9876543-3",
        creditor="Tienda del Sur",
        amount=Decimal(98_500),
        fecha_limite=today + timedelta(days=7),
        fecha_maxima=today + timedelta(days=14),
        instalments=3,
        days_overdue=45,
    )
    own = {name: _sample(one, today) for name, one in script.variables.items() if name not in known}
    return own | known


def _sample(variable: Variable, today: date) -> Any:
    if variable.default:
        return variable.default
    samples: dict[VariableType, Any] = {
        VariableType.TEXT: variable.name.replace("_", " "),
        VariableType.MONEY: Decimal(24_990),
        VariableType.DATE: today + timedelta(days=30),
        VariableType.NUMBER: 12,
    }
    return samples[variable.type]
