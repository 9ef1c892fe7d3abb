"""Whom a file speaks of: persons, their numbers, what they owe, and what became of each row."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from campaigns.imports.codes import NOTHING_TOLD, TAKEN, RowCode, RowStatus, Told, describe_row
from campaigns.imports.phones import PhoneKind


class Phone(NamedTuple):
    """A number to dial; `repaired`: digits were added or dropped (C5); `retired`: why nobody dials it."""

    e164: str
    kind: PhoneKind
    repaired: bool
    retired: str = ""


@dataclass(slots=True)
class RowResult:
    """What became of one row: its line in the file, how it ended, why, and what else to know of it.

    `notices` are warnings with the figures that their words speak of. Cells are not kept: `report_rows` reads
    them again.
    """

    line: int
    status: RowStatus
    code: RowCode | None = None
    told: Told = field(default_factory=lambda: NOTHING_TOLD)
    notices: tuple[tuple[RowCode, Told], ...] = ()

    @property
    def words(self) -> str:
        """Return why, in the active language; "" for a row that was simply accepted."""
        return describe_row(self.code, self.told) if self.code else ""

    @property
    def warnings(self) -> list[str]:
        """Return what else to know, in the active language."""
        return [describe_row(code, told) for code, told in self.notices]

    def end(self, status: RowStatus, code: RowCode | None = None, told: Told = NOTHING_TOLD) -> None:
        """Let the row end so."""
        self.status, self.code, self.told = status, code, told

    def warn(self, code: RowCode, told: Told = NOTHING_TOLD) -> None:
        """Add a warning, once."""
        if (code, told) not in self.notices:
            self.notices = (*self.notices, (code, told))


@dataclass(slots=True)
class Debt:
    """What a person owes one creditor; instalments are rows, days overdue the most of them (C7)."""

    creditor: str
    amount: Decimal
    currency: str
    instalments: int
    first_due_on: date | None
    last_due_on: date | None
    days_overdue: int
    fecha_limite: date | None
    fecha_maxima: date | None
    references: tuple[str, ...]


@dataclass(slots=True)
class Person:
    """One person of a file who can be called.

    `key` is `D:<country>:<document>`, else `N:<first number>`; `document` may be "". Phones are in the order
    of calling. `fecha_limite` and `fecha_maxima` are those of the debt that the call speaks of.
    """

    key: str
    document: str
    document_shown: str
    name: str
    phones: tuple[Phone, ...]
    ambiguous: tuple[tuple[str, ...], ...]
    time_zone: str | None
    commune: str
    debts: tuple[Debt, ...]
    variables: dict[str, str]
    fecha_limite: date | None
    fecha_maxima: date | None
    rows: tuple[RowResult, ...] = field(repr=False)

    @property
    def line(self) -> int:
        """Return the first row that the person was taken from."""
        return self.rows[0].line

    @property
    def main_debt(self) -> Debt | None:
        """Return the debt that the call speaks of: the largest, of equal ones the first (C7)."""
        return main_debt(self.debts)

    @property
    def total(self) -> Decimal:
        """Return what is owed to all creditors together."""
        return sum((debt.amount for debt in self.debts), Decimal(0))

    def end(self, status: RowStatus, code: RowCode, **told: str) -> None:
        """Let every row of the person end so: the database decides after the file is read (C9).

        Raises ValueError for a status that takes the person.
        """
        if status in TAKEN:
            raise ValueError(status)
        for row in self.rows:
            row.end(status, code, told)


def main_debt(debts: tuple[Debt, ...]) -> Debt | None:
    """Return the largest of some debts, of equal ones the first, None for none."""
    return max(debts, key=lambda debt: debt.amount, default=None)
