"""Who of a file lacks what the chosen scripts say? Found before anybody is written, alike in a preview (V6).

Whoever is to be called must be able to hear each of the versions: who hears which is drawn later, and an
experiment whose versions reach different people shows nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple, Self

from campaigns.imports import ClientColumn, ClientFile, Person, RowCode, RowStatus, variable_name
from campaigns.imports.spoken import read_spoken, told_debt
from campaigns.models import Account, ScriptVersion
from campaigns.rules import ProcessingType
from campaigns.scripting import BuiltIn, ReadScript, built_in_values, faults_of_values, read_script
from campaigns.scripting.reading import missing_for
from campaigns.scripting.variables import ALIASES
from tenants.display.formats import Formats

_OF_A_DEBT = frozenset({BuiltIn.RUT, BuiltIn.MONTO_TOTAL, BuiltIn.CUOTAS_ADEUDADAS, BuiltIn.DIAS_VENCIDOS})


class MissingVariable(NamedTuple):
    """A variable that a script needs and no column of the file gives, with headings that look like it."""

    name: str
    look_alikes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speech:
    """What is to be said to the people of a file, and who says it."""

    scripts: tuple[ReadScript, ...]
    creditor: str
    currency: str

    @classmethod
    def of(cls, account: Account, versions: Iterable[ScriptVersion]) -> Self:
        """Return what versions say for an account."""
        scripts = tuple(read_script(one.text, one.variables) for one in versions)
        return cls(scripts, account.name, Formats(country=account.country).currency)

    @classmethod
    def stored(cls, account: Account, params: Mapping[str, Any]) -> Self:
        """Return what was chosen with a file; versions never change. One query."""
        chosen = [int(number) for number in params.get("scripts") or {}]
        return cls.of(account, ScriptVersion.objects.filter(pk__in=chosen).order_by("pk") if chosen else ())

    @property
    def names(self) -> frozenset[str]:
        """The variables that are spoken of or declared, by all their names."""
        known = {name for script in self.scripts for name in script.variables}
        return frozenset(known | {alias for alias, name in ALIASES.items() if name in known})


def end_speechless(persons: Iterable[Person], speech: Speech) -> None:
    """Refuse the rows of persons who lack a value that a script needs, or have one that cannot be read."""
    if not speech.scripts:
        return
    for person in persons:
        missing, unreadable = _faults(person, speech)
        if missing:
            person.end(RowStatus.REFUSED, RowCode.VARIABLE_MISSING, names=", ".join(missing))
        elif unreadable:
            _end_unreadable(person, unreadable, speech)


def _end_unreadable(person: Person, names: Collection[str], speech: Speech) -> None:
    """Refuse a list's own debt below nothing as one that a file adds up to is (C7); else name the cells."""
    total = told_debt(person.variables, currency=speech.currency) if BuiltIn.MONTO_TOTAL in names else None
    if total is not None and total < 0:
        told = {"creditor": speech.creditor, "total": str(total)}
        person.end(RowStatus.REFUSED, RowCode.DEBT_NOT_POSITIVE, **told)
    else:
        person.end(RowStatus.REFUSED, RowCode.VARIABLE_UNREADABLE, names=", ".join(names))


def missing_variables(opened: ClientFile, speech: Speech, params: Mapping[str, Any]) -> list[MissingVariable]:
    """Return what nobody of a file can have a value for: a column for it is missing."""
    free = {name: opened.headings[place] for name, place in opened.free_headings().items()}
    given = free.keys() | _given(opened, params)
    needed = dict.fromkeys(name for script in speech.scripts for name in missing_for(script, given))
    return [MissingVariable(name, _look_alikes(name, free)) for name in needed]


def _given(opened: ClientFile, params: Mapping[str, Any]) -> set[str]:
    """Return the built-in variables that the file or the upload gives whatever its free columns are."""
    given = {str(BuiltIn.NOMBRE), str(BuiltIn.EMPRESA)}
    is_generic = opened.processing_type == ProcessingType.GENERIC
    if not is_generic:
        given.update(map(str, _OF_A_DEBT))
    elif opened.mapping.get(ClientColumn.DOCUMENT):
        given.add(BuiltIn.RUT)
    has_days = not is_generic and bool(opened.mapping.get(ClientColumn.DUE_ON))
    for name in (BuiltIn.FECHA_LIMITE, BuiltIn.FECHA_MAXIMA):
        if has_days or params[f"dias_{name}"] is not None:
            given.add(name)
    return given


def _look_alikes(name: str, free: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(free[one] for one in get_close_matches(variable_name(name), free))


def _faults(person: Person, speech: Speech) -> tuple[Collection[str], Collection[str]]:
    missing: dict[str, None] = {}
    unreadable: dict[str, None] = {}
    values = _values(person, speech)
    debt = person.main_debt
    for script in speech.scripts:
        read = read_spoken(script, values, currency=debt.currency if debt else speech.currency)
        lacking, wrong = faults_of_values(script, read)
        missing |= dict.fromkeys(lacking)
        unreadable |= dict.fromkeys(wrong)
    return missing, unreadable


def _values(person: Person, speech: Speech) -> dict[str, Any]:
    """Return what a call to the person would say, as the call itself puts it together (C7)."""
    debt = person.main_debt
    return {
        **person.variables,
        **built_in_values(
            name=person.name,
            document=person.document,
            creditor=debt.creditor if debt else speech.creditor,
            amount=debt.amount if debt else None,
            fecha_limite=person.fecha_limite,
            fecha_maxima=person.fecha_maxima,
            instalments=debt.instalments if debt else None,
            days_overdue=debt.days_overdue if debt else None,
        ),
    }
