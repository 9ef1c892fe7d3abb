"""What do a lead and its candidates say, field by field, and how alike is it?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from identity.actions import Explanation
from identity.actions.wording import FIELD_LABELS, LEVELS, UNKNOWN, Said, Words
from identity.matching.comparing import Field
from identity.models import Driver, Lead
from identity.queries.evidence import Known
from identity.rules import SHOWN_CANDIDATES
from tenants.admin.columns import reader

MOST_VALUES = 3
TYPED = (Field.NAME, Field.DOCUMENT, Field.PHONE, Field.LICENCE, Field.EMAIL, Field.PLATE)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a candidate says in one field, and how it compares with the lead."""

    values: Sequence[str]
    said: Said


@dataclass(frozen=True, slots=True)
class Line:
    """One field: the lead's own value and every candidate's."""

    label: Words
    mine: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Compared:
    """A candidate with its accounts, and how alike it is in each field that was compared."""

    candidate: Any
    accounts: Sequence[Driver]
    levels: Mapping[str, str]

    @classmethod
    def of(cls, candidate: Any, facts: Known) -> "Compared":
        """Look up a candidate's accounts."""
        accounts = [facts.drivers[number] for number in candidate.drivers if number in facts.drivers]
        return cls(candidate, accounts, {step.field: step.level for step in candidate.steps})

    def cell(self, field: Field, values: Sequence[str]) -> Cell:
        """Return values under how alike they are."""
        return Cell(values, LEVELS.get(self.levels.get(field, ""), UNKNOWN))


def lines_of(lead: Lead, found: Explanation, facts: Known) -> list[Line]:
    """Return the fields of which either side says anything."""
    beside = [Compared.of(one, facts) for one in found.candidates[:SHOWN_CANDIDATES]]
    cars = [one.cell(Field.CAR, _distinct(map(_car, one.accounts))) for one in beside]
    hires = [one.cell(Field.HIRED, _distinct(_day(each.hired_on) for each in one.accounts)) for one in beside]
    lines = [
        *(_typed_line(field, lead, beside, facts) for field in TYPED),
        Line(_("Car"), _car(lead), cars),
        Line(_("Date, hire"), _day(lead.lead_date), hires),
        Line(_("Park"), lead.park, [_park(lead, one.accounts) for one in beside]),
    ]
    return [line for line in lines if line.mine or any(cell.values for cell in line.cells)]


def _typed_line(field: Field, lead: Lead, beside: Iterable[Compared], facts: Known) -> Line:
    cells = [one.cell(field, _values(field, lead, one, facts)) for one in beside]
    return Line(FIELD_LABELS[field], _mine(lead, field), cells)


def _mine(lead: Lead, field: Field) -> str:
    return lead.name if field is Field.NAME else str(getattr(lead, field))


def _values(field: Field, lead: Lead, one: Compared, facts: Known) -> list[str]:
    """Return a candidate's values as typed, the lead's own first."""
    key = one.candidate.person
    if field is Field.NAME:
        person = facts.persons.get(key) if key else None
        names = [account.name for account in one.accounts] + ([person.name] if person else [])
        return _distinct(names, fold=str.upper)
    mine = getattr(lead, f"{field}_key")
    typed = [(getattr(account, f"{field}_key"), str(getattr(account, field))) for account in one.accounts]
    typed += [(each.value, each.value) for each in facts.identifiers.get(key, ()) if each.kind == field]
    values: dict[str, str] = {}
    for written, value in sorted(typed, key=lambda pair: pair[0] != mine):
        if written:
            values.setdefault(written, value)
    return _cut(list(values.values()))


def _park(lead: Lead, accounts: Iterable[Driver]) -> Cell:
    parks = _distinct(one.park for one in accounts)
    if not lead.park or not parks:
        return Cell(parks, UNKNOWN)
    return Cell(parks, LEVELS["exact"] if lead.park in parks else LEVELS["differs"])


def _car(seen: Lead | Driver) -> str:
    return " ".join(part for part in (seen.car_brand, seen.car_model, seen.car_colour) if part)


def _day(value: date | None) -> str:
    return reader().day(value) if value else ""


def _distinct(values: Iterable[str], fold: Any = str) -> list[str]:
    found: dict[str, str] = {}
    for value in values:
        if value:
            found.setdefault(fold(value), value)
    return _cut(list(found.values()))


def _cut(values: list[str]) -> list[str]:
    return values[:MOST_VALUES] + (["…"] if len(values) > MOST_VALUES else [])
