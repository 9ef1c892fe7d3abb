"""JSON as programs mean it: what two parsers could read differently, or none can store, is refused (S13)."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenants.intake.faults import Fault, pointer_to
from tenants.intake.text import REPLACED, UNFIT, faults_in
from tenants.rules import RefusalKind, Refused

DEEPEST = 32
LONGEST_INTEGER = 18
FAULTS_SHOWN = 20

# Strings are skipped whole, so brackets inside them do not count.
_STRUCTURE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
_WORDS = {
    "duplicate_key": _("The key stands twice in one object."),
    "number_too_long": _("The number has more than 18 digits."),
    "number_not_finite": _("The number is not finite."),
}


class BadJSON(Refused):
    """The text is not JSON, or holds what strict JSON refuses; `faults` say where."""

    code = "malformed_json"
    kind = RefusalKind.INVALID
    message = _("The JSON document cannot be accepted.")


class TooDeep(BadJSON):
    """The value nests deeper than 32 levels."""

    code = "json_too_deep"
    message = _("The JSON document is nested deeper than 32 levels.")


class _Unfit:
    """Stands in the parsed value where something was refused, until its place is known."""

    def __init__(self, code: str, value: Any = None) -> None:
        self.code, self.value = code, value


def read_json(raw: bytes, *, mends: bool = False) -> Any:
    """Return the value of a UTF-8 JSON text. Raises BadJSON, TooDeep; up to 20 faults carry JSON pointers.

    With `mends`, U+FFFD stands for unfit characters and an endless number is the text of its digits: for
    senders who say the same again when they are refused, and whose other words matter.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJSON(_("The document is not UTF-8.")) from error
    _check_depth(text)
    try:
        value = json.loads(
            text, parse_int=_integer, parse_float=_real, parse_constant=_not_finite, object_pairs_hook=_object
        )
    except ValueError as error:
        raise BadJSON(_("The document is not JSON.")) from error
    value = _mended(value) if mends else value
    faults = tuple(islice(_faults(value), FAULTS_SHOWN))
    if faults:
        raise BadJSON(faults=faults)
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for found in _STRUCTURE.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > DEEPEST:
            raise TooDeep


def _integer(digits: str) -> Any:
    return int(digits) if len(digits.lstrip("-")) <= LONGEST_INTEGER else _Unfit("number_too_long", digits)


def _real(digits: str) -> Any:
    value = float(digits)
    return value if abs(value) != float("inf") else _Unfit("number_not_finite")


def _not_finite(word: str) -> Any:
    return _Unfit("number_not_finite", word)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    counts = Counter(key for key, _value in pairs)
    return value | {key: _Unfit("duplicate_key") for key, times in counts.items() if times > 1}


def _mended(value: Any) -> Any:
    if isinstance(value, _Unfit) and value.code == "number_too_long":
        return value.value
    if isinstance(value, str):
        return UNFIT.sub(REPLACED, value)
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return [_mended(item) for item in value] if isinstance(value, list) else value


def _faults(value: Any) -> Iterator[Fault]:
    yield from _marked(value, ())
    yield from faults_in(value)


def _marked(value: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(value, _Unfit):
        yield Fault(value.code, pointer_to(path), _WORDS[value.code])
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _marked(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _marked(item, (*path, place))
