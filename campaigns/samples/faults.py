"""What can be wrong with a row of a client's file, and how such a row must end (C3-C6)."""

from dataclasses import dataclass
from datetime import date

from campaigns.imports import RowCode, RowStatus
from campaigns.samples.cells import Cell, Row
from tenants.samples.dice import Dice

DOCUMENT, NAME, AMOUNT = "RUT", "Nombre", "Saldo actualizado"
DUE, OVERDUE = "FechaVencimiento", "diasRetraso"
MOBILE, LANDLINE, WORK = "Teléfono móvil", "Teléfono Residencial", "Teléfono comercial"
PAID, DISPUTED = "Fecha de pago", "Contestado"


@dataclass(frozen=True, slots=True)
class Fault:
    """Cells that replace those of a sound row, and how it ends then."""

    code: RowCode
    cells: Row
    status: RowStatus = RowStatus.REFUSED


def _only(number: Cell) -> Row:
    return {MOBILE: number, LANDLINE: None, WORK: None}


_EVERYWHERE = (
    Fault(RowCode.DOCUMENT_MISSING, {DOCUMENT: None}),
    Fault(RowCode.DOCUMENT_UNREADABLE, {DOCUMENT: "¿?"}),
    Fault(RowCode.DOCUMENT_UNREADABLE, {DOCUMENT: True}),
    Fault(RowCode.NAME_MISSING, {NAME: None}),
    Fault(RowCode.NAME_UNREADABLE, {NAME: False}),
    Fault(RowCode.AMOUNT_MISSING, {AMOUNT: None}),
    Fault(RowCode.AMOUNT_UNREADABLE, {AMOUNT: "por confirmar"}),
    Fault(RowCode.AMOUNT_UNREADABLE, {AMOUNT: True}),
    Fault(RowCode.AMOUNT_CURRENCY, {AMOUNT: "EUR 120,50"}),
    Fault(RowCode.DEBT_NOT_POSITIVE, {AMOUNT: -15_000.0}),
    Fault(RowCode.DEBT_NOT_POSITIVE, {AMOUNT: "(15.000)"}),
    Fault(RowCode.DUE_DATE_UNREADABLE, {DUE: "31/02/2026"}),
    Fault(RowCode.DUE_DATE_UNREADABLE, {DUE: 0.0}),
    Fault(RowCode.DUE_DATE_UNREADABLE, {DUE: True}),
    Fault(RowCode.DAYS_OVERDUE_UNREADABLE, {OVERDUE: 5.5}),
    Fault(RowCode.DAYS_OVERDUE_UNREADABLE, {OVERDUE: "más de 30"}),
    Fault(RowCode.PHONE_MISSING, _only(None)),
    Fault(RowCode.PHONE_UNREADABLE, _only("no tiene")),
    Fault(RowCode.PHONE_PLACEHOLDER, _only(999_999_999.0)),
    Fault(RowCode.PHONE_OTHER_COUNTRY, _only("+44 20 7946 0123")),
    Fault(RowCode.PHONE_LENGTH, _only("+56 9 8123 4567 8901 2345")),
)
_CHILE = (
    Fault(RowCode.PHONE_SHARED_LINE, _only("600 360 1234")),
    Fault(RowCode.PHONE_NO_AREA, _only(2_345_678.0)),
    Fault(RowCode.PHONE_NOT_ASSIGNED, _only("12 345 6789")),
    Fault(RowCode.PHONE_AMBIGUOUS, _only(None) | {LANDLINE: 51_234_567.0}, RowStatus.AMBIGUOUS),
)
EXCLUDED = (
    Fault(RowCode.PAID, {PAID: date(2026, 9, 1)}, RowStatus.SUPPRESSED),
    Fault(RowCode.DISPUTED, {DISPUTED: "SI"}, RowStatus.SUPPRESSED),
)


def pick_fault(dice: Dice, country: str, canonical: str) -> Fault:
    """Return something wrong with the row of somebody with a document; bad check digits are the commonest."""
    if country != "CL":
        return dice.pick(_EVERYWHERE[:-1])
    if dice.chance(0.25):
        body, _, digit = canonical.partition("-")
        wrong = "0" if digit != "0" else "1"
        return Fault(RowCode.DOCUMENT_CHECK_DIGIT, {DOCUMENT: f"{body}-{wrong}"})
    return dice.pick((*_EVERYWHERE, *_CHILE))
