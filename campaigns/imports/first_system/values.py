"""Values of documents whose kinds are mixed: any number may be text, any moment a day, any name elsewhere."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from campaigns.imports.first_system.reasons import PastReason
from campaigns.rules import in_places
from tenants.intake import one_line

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST = 2**31 - 1
_VOID = frozenset({"", "none", "null", "nan", "n/a", "-"})


class Fields:
    """One document with the objects inside it, the outer ones first; notes what could not be read."""

    def __init__(self, document: Mapping[str, Any], *inner: str) -> None:
        self._layers: list[Mapping[str, Any]] = [document]
        for name in inner:
            found = next((one[name] for one in self._layers if isinstance(one.get(name), dict)), None)
            self._layers += [found] if found else []
        self.issues: list[str] = []

    def value(self, *names: str) -> Any:
        """Return the first of these fields that says something, None when none does."""
        there = (layer[name] for name in names for layer in self._layers if name in layer)
        return next((one for one in there if not _says_nothing(one)), None)

    def text(self, *names: str, longest: int) -> str:
        """Return a field as one line of text; 7.0 is 7."""
        value = self.value(*names)
        if isinstance(value, dict | list | bytes):
            self._note()
            return ""
        return "" if value is None else _line(value)[:longest]

    def texts(self, *names: str) -> list[str]:
        """Return the texts of all of these fields, lists among them, each once."""
        found: list[str] = []
        for name in names:
            value = self.value(name)
            for one in value if isinstance(value, list) else [value]:
                inside = one.get("number") or one.get("phone") if isinstance(one, dict) else one
                if not _says_nothing(inside) and not isinstance(inside, dict | list | bytes):
                    found.append(_line(inside))
        return list(dict.fromkeys(found))

    def amount(self, *names: str) -> Decimal | None:
        """Return money or minutes in four places, None without any."""
        value = self.value(*names)
        try:
            return None if value is None or isinstance(value, bool) else in_places(Decimal(_line(value)))
        except (ValueError, InvalidOperation):
            self._note()
            return None

    def whole(self, *names: str, least: int = 0) -> int | None:
        """Return a whole number from `least` on, None without one."""
        found = self.amount(*names)
        if found is None:
            return None
        if found == found.to_integral_value() and least <= found <= MOST:
            return int(found)
        self._note()
        return None

    def flag(self, *names: str) -> bool | None:
        """Return yes or no, None when neither is said."""
        value = self.value(*names)
        if isinstance(value, str):
            return value.strip().lower() in {"1", "true", "yes", "si", "sí"}
        return None if value is None else bool(value)

    def moment(self, *names: str) -> datetime | None:
        """Return a moment, in UTC where it has no zone; None without one."""
        value = self.value(*names)
        try:
            found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
        except ValueError:
            found = None
        if isinstance(found, datetime) and FIRST_YEAR <= found.year <= LAST_YEAR:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        if value is not None:
            self._note()
        return None

    def day(self, *names: str) -> date | None:
        """Return a day: ISO, day first, or of a moment; None without one."""
        value = self.value(*names)
        if isinstance(value, str) and (found := _written_day(value.strip())):
            return found
        moment = self.moment(*names)
        return moment.date() if moment else None

    def inside(self, name: str) -> Mapping[str, Any]:
        """Return an object of the document, an empty one without it."""
        value = self.value(name)
        return value if isinstance(value, dict) else {}

    @property
    def noted(self) -> tuple[str, ...]:
        """What was left out, each code once."""
        return tuple(dict.fromkeys(self.issues))

    def _note(self) -> None:
        self.issues.append(str(PastReason.VALUE_DROPPED))


def _written_day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _says_nothing(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in _VOID
    return value is None or value in ([], {})


def _line(value: Any) -> str:
    if isinstance(value, float | Decimal) and -MOST < value < MOST and value == int(value):
        value = int(value)
    text = value if isinstance(value, str) else str(value)
    return one_line(text.replace("\0", " ").encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
