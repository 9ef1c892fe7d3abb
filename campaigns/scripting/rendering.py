"""A script filled in for one person: what is said, and what goes to the provider with the call."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.scripting.reading import ReadScript, read_script
from campaigns.scripting.values import Value, is_blank, say, say_document
from campaigns.scripting.variables import ALIASES, SPOKEN_TEXT, BuiltIn, canonical
from tenants.rules import RefusalKind, Refused

_TWO_BRACES = re.compile(r"([{}])(?=\1)")


class MissingValues(Refused):
    """A person has no value for what the script needs, or none that can be read; `names` says for what."""

    code = "script_values_missing"
    kind = RefusalKind.UNPROCESSABLE
    message = _("Variables of the script have no value.")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a filled-in text; `name` is the variable they stand for, "" for the script's own words."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled-in text. What is missing or cannot be read still stands in it as `{{name}}`."""

    pieces: tuple[Piece, ...]
    used: tuple[str, ...]
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_whole(self) -> bool:
        """Whether it can be said to somebody."""
        return not self.missing and not self.unreadable


@dataclass(frozen=True, slots=True)
class _Read:
    """What was understood of the values, "" for an optional one without; the names of all others."""

    values: Mapping[str, Value]
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]


def built_in_values(
    *,
    name: str,
    document: str = "",
    creditor: str = "",
    amount: Decimal | None = None,
    fecha_limite: date | None = None,
    fecha_maxima: date | None = None,
    instalments: int | None = None,
    days_overdue: int | None = None,
) -> dict[str, Any]:
    """Return what is known of one person under the names of the built-in variables, and no others.

    A column of a file called `fecha_limite` thus counts where the campaign knows no such day.
    """
    known = {
        str(BuiltIn.NOMBRE): name,
        str(BuiltIn.RUT): document,
        str(BuiltIn.EMPRESA): creditor,
        str(BuiltIn.MONTO_TOTAL): amount,
        str(BuiltIn.FECHA_LIMITE): fecha_limite,
        str(BuiltIn.FECHA_MAXIMA): fecha_maxima,
        str(BuiltIn.CUOTAS_ADEUDADAS): instalments,
        str(BuiltIn.DIAS_VENCIDOS): days_overdue,
    }
    return {name: value for name, value in known.items() if value is not None and value != ""}


def render(
    text: str,
    declarations: Any,
    values: Mapping[str, Any],
    *,
    country: str,
    language: str = "es",
    currency: str = "",
) -> Rendered:
    """Fill a text in with values; raises BadScript for what `read_script` refuses."""
    script = read_script(text, declarations)
    return render_script(script, values, country=country, language=language, currency=currency)


def render_script(
    script: ReadScript,
    values: Mapping[str, Any],
    *,
    country: str,
    language: str = "es",
    currency: str = "",
) -> Rendered:
    """Fill a read script in; money is in `currency`, the country's unless told."""
    read = _read(script, values)
    words = _words(script, read, country, language, currency)
    return Rendered(tuple(_pieces(script, words)), script.used, read.missing, read.unreadable)


def call_variables(
    script: ReadScript,
    values: Mapping[str, Any],
    *,
    country: str,
    language: str = "es",
    currency: str = "",
) -> dict[str, str]:
    """Return the texts that go to the provider: each variable, and the whole filled-in text as `guion`.

    Only what the script declares or speaks of leaves the house. Two braces in a value are parted, so that
    the provider does not fill it in either. Raises MissingValues.
    """
    read = _read(script, values)
    if read.missing or read.unreadable:
        raise MissingValues(names=[*read.missing, *read.unreadable])
    told = _words(script, read, country, language, currency)
    spoken = "".join(piece.text for piece in _pieces(script, told))
    told |= {alias: told[name] for alias, name in ALIASES.items() if name in told}
    told[SPOKEN_TEXT] = spoken
    return {name: _TWO_BRACES.sub(r"\1 ", words) for name, words in told.items()}


def faults_of_values(
    script: ReadScript, values: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that miss a value, and those whose value cannot be read: an import asks it of rows."""
    read = _read(script, values)
    return read.missing, read.unreadable


def _read(script: ReadScript, values: Mapping[str, Any]) -> _Read:
    # Who gives a variable by both its names means the one name.
    given = {canonical(name): value for name, value in values.items()} | {
        name: value for name, value in values.items() if canonical(name) == name
    }
    understood: dict[str, Value] = {}
    missing, unreadable = [], []
    for name, variable in script.variables.items():
        asked = variable.default if is_blank(given.get(name)) else given[name]
        value = variable.read(asked)
        if value is not None:
            understood[name] = value
        elif not is_blank(asked):
            unreadable.append(name)
        elif variable.required:
            missing.append(name)
        else:
            understood[name] = ""
    return _Read(understood, tuple(missing), tuple(unreadable))


def _words(script: ReadScript, read: _Read, country: str, language: str, currency: str) -> dict[str, str]:
    words = {
        name: say(value, script.variables[name].type, country=country, language=language, currency=currency)
        for name, value in read.values.items()
    }
    if BuiltIn.RUT in words:
        words[BuiltIn.RUT] = say_document(words[BuiltIn.RUT], country)
    return words


def _pieces(script: ReadScript, words: Mapping[str, str]) -> Iterator[Piece]:
    at = 0
    for place in script.placeholders:
        if place.start > at:
            yield Piece(script.text[at : place.start])
        name = canonical(place.name)
        yield Piece(words.get(name, f"{{{{{name}}}}}"), name)
        at = place.end
    if at < len(script.text):
        yield Piece(script.text[at:])
