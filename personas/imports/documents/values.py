"""One field, many kinds of value: what documents without a schema hold, read as one kind (F9)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from personas.imports.dates import parse_connected_on
from personas.imports.documents.reasons import DocumentReason
from personas.rules import FIRST_YEAR, LAST_YEAR
from tenants.intake import one_line

_Value = TypeVar("_Value")
# What programs write where they mean nothing; in names of people they may be names.
_VOID = frozenset({"-", "n/a", "nan", "none", "null", "undefined", "(null)"})
# Beyond it a float no longer tells neighbours apart.
WHOLE = 2**53
_TRUE = frozenset({"1", "true", "yes", "y", "si", "sí", "on"})
_BETWEEN = re.compile(r"[,;|\s]+")
_FIRST_FLAGS = ("is_primary", "primary", "isPrimary", "main")
_NAME_KEYS = ("code", "slug", "buyer_persona_id", "id", "name", "label", "buyer_persona_name")


class Fields:
    """The fields of one document, and what was left out while reading them."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.issues: list[DocumentReason] = []

    def text(self, *names: str, longest: int) -> str:
        """Return the first of these fields that says something, as one line."""
        written = next(filter(None, (self._written(name) for name in names)), "")
        if len(written) > longest:
            self.issues.append(DocumentReason.VALUE_SHORTENED)
            return written[:longest].rstrip()
        return written

    def texts(self, *names: str, keys: tuple[str, ...]) -> list[str]:
        """Return the texts of fields that hold a text, a list of texts or of objects; a primary one first."""
        found = [pair for name in names for pair in self._pairs(self._fields.get(name), keys)]
        ordered = [text for is_first, text in found if is_first] + [text for _first, text in found]
        return list(dict.fromkeys(text for text in ordered if not _is_void(text)))

    def parsed(
        self, texts: Iterable[str], parse: Callable[[str], _Value | None], reason: DocumentReason
    ) -> list[_Value]:
        """Return what could be read of some texts, each once; the rest is noted."""
        read = [(text, parse(text)) for text in texts]
        self.issues += [reason for _text, value in read if value is None][:1]
        return list(dict.fromkeys(value for _text, value in read if value is not None))

    def flag(self, name: str) -> bool:
        """Return yes or no; 1, "true" and "sí" are yes."""
        value = self._fields.get(name)
        return value.strip().lower() in _TRUE if isinstance(value, str) else bool(value)

    def moment(self, name: str) -> datetime | None:
        """Return a moment, None without one; what cannot be read is noted."""
        value = self._fields.get(name)
        found = moment_of(value)
        if found is None and not is_nothing(value):
            self.issues.append(DocumentReason.DATE_DROPPED)
        return found

    def day(self, name: str) -> date | None:
        """Return a day, None without one; what cannot be read is noted."""
        value = self._fields.get(name)
        moment = None if isinstance(value, str) else moment_of(value)
        found = moment.date() if moment else parse_connected_on(text_of(value))
        if found is None and not is_nothing(value):
            self.issues.append(DocumentReason.DATE_DROPPED)
        return found

    def number(self, name: str) -> int | None:
        """Return a whole number, None without one."""
        return number_of(self._fields.get(name))

    def uuid(self, name: str) -> UUID | None:
        """Return a UUID, None without one; what cannot be read is noted."""
        value = self._fields.get(name)
        found = uuid_of(value)
        if found is None and not is_nothing(value):
            self.issues.append(DocumentReason.JOB_DROPPED)
        return found

    def names(self, name: str) -> tuple[str, ...]:
        """Return what a field calls a persona: code, name, or both when it holds an object."""
        return tuple(names_of(self._fields.get(name)))

    @property
    def noted(self) -> tuple[str, ...]:
        """The codes of what was left out, each once."""
        return tuple(dict.fromkeys(map(str, self.issues)))

    def _written(self, name: str) -> str:
        value = self._fields.get(name)
        if isinstance(value, list):
            value = next((item for item in value if not is_nothing(item)), None)
        if isinstance(value, dict | list | bytes):
            self.issues.append(DocumentReason.VALUE_DROPPED)
            return ""
        return "" if is_nothing(value) else text_of(value)

    def _pairs(self, value: Any, keys: tuple[str, ...]) -> Iterator[tuple[bool, str]]:
        if isinstance(value, list):
            for item in value:
                yield from self._pairs(item, keys)
        elif isinstance(value, dict):
            inside = next((value[key] for key in keys if not is_nothing(value.get(key))), None)
            is_first = any(value.get(flag) is True for flag in _FIRST_FLAGS) or value.get("type") == "primary"
            if inside is None or isinstance(inside, dict | list):
                self.issues.append(DocumentReason.VALUE_DROPPED)
            else:
                yield is_first, text_of(inside)
        elif isinstance(value, bytes):
            self.issues.append(DocumentReason.VALUE_DROPPED)
        elif not is_nothing(value):
            yield False, text_of(value)


def is_nothing(value: Any) -> bool:
    """Say whether a value says nothing: missing, null, blank, empty."""
    return not value.strip() if isinstance(value, str) else value is None or value in ([], {})


def _is_void(text: str) -> bool:
    return not text or text.lower() in _VOID


def text_of(value: Any) -> str:
    """Return a value as one storable line of text; 7.0 is 7."""
    if isinstance(value, float | Decimal) and -WHOLE < value < WHOLE and value == int(value):
        value = int(value)
    text = value if isinstance(value, str) else "" if value is None else str(value)
    # Half a surrogate pair is no character, and no database stores it.
    return one_line(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def split_texts(texts: Iterable[str]) -> list[str]:
    """Return the parts of texts that hold several addresses."""
    parts = (part.strip("<>()'\"") for text in texts for part in _BETWEEN.split(text))
    return [part for part in parts if part]


def number_of(value: Any) -> int | None:
    """Return a whole number that is written as any kind of number or as text, else None."""
    try:
        number = Decimal(text_of(value)) if not isinstance(value, bool) else None
    except ArithmeticError:
        return None
    if number is None or not number.is_finite() or number != number.to_integral_value():
        return None
    return int(number) if abs(number) < 2**31 else None


def moment_of(value: Any) -> datetime | None:
    """Return a moment with its zone (UTC if it has none), None when the value is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime) or not FIRST_YEAR <= value.year <= LAST_YEAR:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def uuid_of(value: Any) -> UUID | None:
    """Return a UUID, None when the value is none."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def names_of(value: Any) -> Iterator[str]:
    """Yield what a value calls a persona: a text is code or name, an object may hold both."""
    if isinstance(value, list):
        yield from names_of(value[0]) if value else ()
    elif isinstance(value, dict):
        for key in _NAME_KEYS:
            if isinstance(value.get(key), str | int):
                yield from names_of(value[key])
    elif not isinstance(value, bool) and not _is_void(text := text_of(value)):
        yield text
