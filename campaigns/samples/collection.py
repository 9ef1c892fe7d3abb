"""A synthetic collection file in the shape of the real one: 45 columns, of which a dozen matter."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from campaigns.imports import RowCode, RowStatus
from campaigns.samples.cells import Cell, Row
from campaigns.samples.faults import (
    AMOUNT,
    DISPUTED,
    DOCUMENT,
    DUE,
    EXCLUDED,
    LANDLINE,
    MOBILE,
    NAME,
    OVERDUE,
    PAID,
    WORK,
    Fault,
    pick_fault,
)
from campaigns.samples.people import WORDS, Crowd, Somebody, in_a_cell
from campaigns.samples.truth import PersonTruth, Truth
from tenants.samples.dice import Dice

CREDITOR = "Origen Empresa"
HEADINGS = (
    "ID Carga", DOCUMENT, "RUTS", NAME, "Apellido paterno", "Apellido materno", CREDITOR, "Cartera",
    "Producto", "N° operación", "Cuota N°", "Total cuotas", "Fecha emisión", DUE, OVERDUE, "Tramo mora",
    "Monto cuota", "Saldo capital", "Intereses", "Gastos de cobranza", AMOUNT, "Moneda", PAID, "Monto pagado",
    DISPUTED, MOBILE, LANDLINE, WORK, "Correo", "Dirección", "Número", "Depto", "Comuna", "Ciudad", "Región",
    "Código postal", "Zona horaria", "Ejecutivo", "Supervisor", "Sucursal", "Estado gestión",
    "Última gestión", "Fecha última gestión", "Observaciones", "Usuario carga",
)  # fmt: skip
_HEADER_LINE = 1
# Of the draws, each of which gives half as many rows again: 3 % and 1 % of rows.
_BROKEN = 0.045
_EXCLUDED = 0.015
_BACK = 0.01
_ONE_MORE_BROKEN = 0.01
_MET = 50  # of whom one may come back further down
_TWO_CREDITORS = 0.12
# Below the first: one row, below the second: two, else three.
_INSTALMENTS = (0.7, 0.9)


class Collection:
    """Writes rows person by person, and the truth about each; nothing else is remembered."""

    def __init__(self, dice: Dice, country: str, loaded: date) -> None:
        """Begin a file that the client made on `loaded`, from which days overdue are counted."""
        self._dice, self._country, self._loaded = dice, country, loaded
        self._crowd = Crowd(dice, country)
        self._line = _HEADER_LINE
        self._met: list[tuple[Somebody, int]] = []
        self.truth = Truth()

    def rows(self, count: int) -> Iterator[Row]:
        """Yield so many rows."""
        while (left := count - (self._line - _HEADER_LINE)) > 0:
            draw = self._dice.share()
            if draw < _BROKEN:
                person = self._crowd.person()
                yield self._spoilt(person, pick_fault(self._dice, self._country, person.paper.canonical))
            elif draw < _BROKEN + _EXCLUDED:
                yield self._spoilt(self._crowd.person(), self._dice.pick(EXCLUDED))
            elif draw < _BROKEN + _EXCLUDED + _BACK and self._met:
                yield self._back(*self._met.pop(0))
            else:
                yield from self._debtor(self._crowd.person(), left)

    def _spoilt(self, person: Somebody, fault: Fault) -> Row:
        row = self._row(person, self._dice.pick(WORDS["creditors"]), 1) | fault.cells
        self.truth.end(self._line, fault.status, fault.code)
        return row

    def _debtor(self, person: Somebody, most: int) -> Iterator[Row]:
        """Yield the rows of somebody who owes one or two creditors, and write down who that is."""
        owed: dict[str, list[Row]] = {}
        for creditor in self._creditors(most):
            row = self._row(person, creditor, len(owed.get(creditor, ())) + 1)
            owed.setdefault(creditor, []).append(row)
            self._end_sound(person, is_first=sum(map(len, owed.values())) == 1)
            yield row
        rows = sum(map(len, owed.values()))
        self.truth.persons.append(
            PersonTruth(
                document=person.paper.canonical,
                name=person.name,
                phones=person.phones,
                debts={creditor: sum(map(_owed, rows)) for creditor, rows in owed.items()},
                instalments={creditor: len(rows) for creditor, rows in owed.items()},
                # Days overdue are counted to the day of the file, so each row gives the same days (C7).
                fecha_limite=self._loaded + timedelta(days=3),
                fecha_maxima=self._loaded + timedelta(days=7),
                lines=tuple(range(self._line - rows + 1, self._line + 1)),
            )
        )
        self._met = [*self._met[-_MET:], (person, len(self.truth.persons) - 1)]
        if rows < most and self._dice.chance(_ONE_MORE_BROKEN):
            yield self._spoilt(person, Fault(RowCode.AMOUNT_UNREADABLE, {AMOUNT: "ver anexo"}))

    def _back(self, person: Somebody, place: int) -> Row:
        """Return one more row of somebody from further up."""
        known = self.truth.persons[place]
        creditor = self._dice.pick(WORDS["creditors"])
        row = self._row(person, creditor, 1)
        self.truth.end(self._line, RowStatus.MERGED, RowCode.SAME_PERSON)
        self.truth.persons[place] = replace(
            known,
            debts=known.debts | {creditor: known.debts.get(creditor, 0) + _owed(row)},
            instalments=known.instalments | {creditor: known.instalments.get(creditor, 0) + 1},
            lines=(*known.lines, self._line),
        )
        return row

    def _creditors(self, most: int) -> Sequence[str]:
        """Return the creditor of each row of a person, at most so many."""
        draw = self._dice.share()
        first = self._dice.pick(WORDS["creditors"])
        creditors = [first] * (1 + sum(draw >= limit for limit in _INSTALMENTS))
        if self._dice.chance(_TWO_CREDITORS):
            creditors.append(self._dice.pick([one for one in WORDS["creditors"] if one != first]))
        return creditors[:most]

    def _end_sound(self, person: Somebody, *, is_first: bool) -> None:
        if not is_first:
            self.truth.end(self._line, RowStatus.MERGED, RowCode.SAME_PERSON)
        elif person.is_mended:
            self.truth.end(self._line, RowStatus.REPAIRED, RowCode.PHONE_REPAIRED)
        else:
            self.truth.end(self._line, RowStatus.ACCEPTED)

    def _row(self, person: Somebody, creditor: str, instalment: int) -> Row:
        """Return one sound row; every cell that does not matter is filled as often as real ones are."""
        self._line += 1
        overdue = 1 + int(self._dice.share() ** 2 * 400)
        due = self._loaded - timedelta(days=overdue)
        amount = 1_000 * (5 + int(self._dice.share() ** 3 * 900)) + 10 * int(self._dice.share() * 100)
        return {
            **self._filling(instalment, amount),
            DOCUMENT: person.paper.written,
            "RUTS": person.paper.canonical,
            NAME: person.name,
            CREDITOR: creditor,
            DUE: self._day(due),
            OVERDUE: self._days(overdue),
            AMOUNT: self._amount(amount),
            MOBILE: in_a_cell(*person.mobile),
            LANDLINE: in_a_cell(person.landline),
            WORK: in_a_cell(person.work),
        }

    def _day(self, day: date) -> Cell:
        written: Cell = self._dice.one_of_thousand(
            [(day.strftime("%d/%m/%Y"), 100), (day.strftime("%d-%m-%y"), 50), (day.isoformat(), 50)]
        )
        return written or day

    def _days(self, days: int) -> Cell:
        return f"{days} días" if self._dice.chance(0.05) else float(days)

    def _amount(self, amount: int) -> Cell:
        if self._country == "CL" and self._dice.chance(0.15):
            dotted = f"{amount:,}".replace(",", ".")
            return self._dice.pick((dotted, f"${dotted}", f"$ {dotted}"))
        return float(amount)

    def _filling(self, instalment: int, amount: int) -> Row:
        pick, words = self._dice.pick, WORDS
        return {
            "ID Carga": float(self._line),
            "Cartera": "Mora temprana",
            "Producto": pick(words["products"]),
            "N° operación": f"OP-{self._line:07d}",
            "Cuota N°": float(instalment),
            "Total cuotas": 12.0,
            "Monto cuota": float(amount // 2),
            "Saldo capital": float(amount - amount // 10),
            "Intereses": float(amount // 10),
            "Moneda": "Pesos",
            "Correo": f"persona{self._line}@correo.example" if self._dice.chance(0.4) else None,
            "Dirección": pick(words["streets"]) if self._dice.chance(0.5) else None,
            "Comuna": pick(words["cities"]),
            "Región": "—" if self._dice.chance(0.2) else None,
            "Sucursal": pick(words["branches"]),
            "Ejecutivo": "E1",
            "Observaciones": "Sin contacto" if self._dice.chance(0.1) else None,
        }


def _owed(row: Row) -> int:
    written = row[AMOUNT]
    return int(written) if isinstance(written, float) else int(str(written).lstrip("$ ").replace(".", ""))
