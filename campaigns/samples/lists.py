"""Synthetic lists for marketing and surveys: a name, a number, and whatever the script speaks of (C2)."""

from collections.abc import Iterator
from dataclasses import replace

from campaigns.imports import RowCode, RowStatus
from campaigns.samples.cells import Cell, Row
from campaigns.samples.people import WORDS, Crowd, Somebody
from campaigns.samples.truth import PersonTruth, Truth
from tenants.samples.dice import Dice

HEADINGS = {
    "marketing": ("Cliente", "Teléfono", "RUT", "Ciudad", "Interés"),
    "survey": ("nombre", "celular", "id", "Fecha de compra", "Sucursal", "Nota"),
}
_HEADER_LINE = 1
_BROKEN = 0.03
_AGAIN = 0.02
_WITH_DOCUMENT = 0.5
# Why, in which column, by what.
_FAULTS: tuple[tuple[RowCode, int, Cell], ...] = (
    (RowCode.PHONE_MISSING, 1, None),
    (RowCode.PHONE_UNREADABLE, 1, "pendiente"),
    (RowCode.PHONE_PLACEHOLDER, 1, 900_000_000.0),
    (RowCode.PHONE_OTHER_COUNTRY, 1, "+44 20 7946 0123"),
    (RowCode.NAME_MISSING, 0, None),
    (RowCode.DOCUMENT_UNREADABLE, 2, "¿?"),
)


class ContactList:
    """Writes rows one after the other, and the truth about each."""

    def __init__(self, dice: Dice, country: str, use_case: str, *, after: int = 0) -> None:
        """Begin a list of others than the first `after` people. Raises KeyError for an unknown use case."""
        self._dice, self._headings = dice, HEADINGS[use_case]
        self._crowd = Crowd(dice, country, after=after)
        self._line = _HEADER_LINE
        self._last: Row | None = None
        self.truth = Truth()

    def rows(self, count: int) -> Iterator[Row]:
        """Yield so many rows."""
        for _ in range(count):
            self._line += 1
            draw = self._dice.share()
            if draw < _BROKEN:
                yield self._spoilt()
            elif draw < _BROKEN + _AGAIN and self._last:
                yield self._again(self._last)
            else:
                yield self._sound(self._crowd.person())

    def _spoilt(self) -> Row:
        code, place, cell = self._dice.pick(_FAULTS)
        self.truth.end(self._line, RowStatus.REFUSED, code)
        row = self._row(self._crowd.person())
        return row | {self._headings[place]: cell}

    def _again(self, row: Row) -> Row:
        self.truth.end(self._line, RowStatus.MERGED, RowCode.SAME_PERSON)
        last = self.truth.persons[-1]
        self.truth.persons[-1] = replace(last, lines=(*last.lines, self._line))
        return row

    def _sound(self, person: Somebody) -> Row:
        row = self._row(person)
        if person.mobile[0].is_repaired:
            self.truth.end(self._line, RowStatus.REPAIRED, RowCode.PHONE_REPAIRED)
        else:
            self.truth.end(self._line, RowStatus.ACCEPTED)
        document = person.paper.canonical if row[self._headings[2]] else ""
        phones = (person.mobile[0].e164,)
        self.truth.persons.append(
            PersonTruth(document, person.name, phones, {}, {}, None, None, (self._line,))
        )
        self._last = row
        return row

    def _row(self, person: Somebody) -> Row:
        name, phone, document, *others = self._headings
        has_document = self._dice.chance(_WITH_DOCUMENT)
        return {
            name: person.name,
            phone: person.mobile[0].written,
            document: person.paper.written if has_document else None,
            others[0]: self._dice.pick(WORDS["cities"]),
            others[1]: self._dice.pick(WORDS["interests"]),
        }
