"""One row of a file, read cell by cell: what it says of whom, or why nothing can be taken from it (C3-C6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from sys import intern
from typing import NamedTuple

from campaigns.imports.amounts import read_amount
from campaigns.imports.cells import is_boolean, read_date, read_whole, says_no
from campaigns.imports.codes import RowCode, Told, Unacceptable
from campaigns.imports.columns import PHONE_COLUMNS, ClientColumn
from campaigns.imports.documents import Document, read_document
from campaigns.imports.people import Phone
from campaigns.imports.phones import PhoneReading, read_phones
from campaigns.imports.terms import Terms
from campaigns.rules import NAME_LENGTH, ProcessingType

COMMUNE_LENGTH = 100
ZONE_LENGTH = 64
REFERENCE_LENGTH = 100
VARIABLE_LENGTH = 500
_NOBODY = Document("", "")
Notice = tuple[RowCode, Told]
C = ClientColumn


class Share(NamedTuple):
    """What a row adds to a debt."""

    creditor: str
    amount: Decimal
    due_on: date | None
    days_overdue: int
    reference: str


@dataclass(slots=True)
class Draft:
    """What one row says; `no_phone` is why it has no number to dial."""

    document: Document
    name: str
    phones: list[Phone]
    ambiguous: list[tuple[str, ...]]
    no_phone: Notice | None
    share: Share | None
    time_zone: str
    commune: str
    notices: list[Notice]


class Excluded(Exception):
    """A row of somebody who is not to be called about it: paid or disputed (C2)."""

    def __init__(self, code: RowCode) -> None:
        """Keep which."""
        super().__init__(str(code))
        self.code = code


def read_draft(values: Mapping[str, str], terms: Terms, kind: ProcessingType) -> Draft:
    """Return what a row says. Raises Unacceptable for a row error, Excluded for what is paid or disputed."""
    _check_open(values)
    notices: list[Notice] = []
    is_collection = kind != ProcessingType.GENERIC
    document = _document(values, terms, is_needed=is_collection)
    name = _name(values)
    share = _share(values, terms, notices) if is_collection else None
    phones, ambiguous, no_phone = _phones(values, terms, notices)
    return Draft(
        document,
        name,
        phones,
        ambiguous,
        no_phone,
        share,
        intern(_fitting(values, C.TIME_ZONE, ZONE_LENGTH)),
        intern(_fitting(values, C.COMMUNE, COMMUNE_LENGTH)),
        notices,
    )


def _check_open(values: Mapping[str, str]) -> None:
    paid = values.get(C.PAID_ON, "")
    if not says_no(paid):
        if read_date(paid) is None:
            raise Unacceptable(RowCode.PAID_DATE_UNREADABLE)
        raise Excluded(RowCode.PAID)
    # Whatever is written there but a no: who wrote it did not want a call.
    if not says_no(values.get(C.DISPUTED, "")):
        raise Excluded(RowCode.DISPUTED)


def _document(values: Mapping[str, str], terms: Terms, *, is_needed: bool) -> Document:
    written = values.get(C.DOCUMENT, "")
    return read_document(written, country=terms.country) if written or is_needed else _NOBODY


def _name(values: Mapping[str, str]) -> str:
    name = _fitting(values, C.NAME, NAME_LENGTH)
    if name and (is_boolean(name) or not any(char.isalpha() for char in name)):
        raise Unacceptable(RowCode.NAME_UNREADABLE)
    return name


def _fitting(values: Mapping[str, str], column: ClientColumn, longest: int) -> str:
    found = values.get(column, "")
    if len(found) > longest:
        raise Unacceptable(RowCode.VALUE_TOO_LONG)
    return found


def _share(values: Mapping[str, str], terms: Terms, notices: list[Notice]) -> Share:
    creditor = _fitting(values, C.CREDITOR, NAME_LENGTH)
    if is_boolean(creditor):
        raise Unacceptable(RowCode.NAME_UNREADABLE)
    return Share(
        intern(creditor or terms.creditor),  # a few names, in every row
        read_amount(values.get(C.AMOUNT, ""), currency=terms.currency),
        _due_on(values),
        _days_overdue(values, notices),
        _fitting(values, C.REFERENCE, REFERENCE_LENGTH),
    )


def _due_on(values: Mapping[str, str]) -> date | None:
    written = values.get(C.DUE_ON, "")
    day = read_date(written) if written else None
    if written and day is None:
        raise Unacceptable(RowCode.DUE_DATE_UNREADABLE)
    return day


def _days_overdue(values: Mapping[str, str], notices: list[Notice]) -> int:
    written = values.get(C.DAYS_OVERDUE)
    if not written:
        if written is not None:
            notices.append((RowCode.OVERDUE_BLANK, {}))
        return 0
    days = read_whole(written)
    if days is None:
        raise Unacceptable(RowCode.DAYS_OVERDUE_UNREADABLE)
    return days


def _phones(
    values: Mapping[str, str], terms: Terms, notices: list[Notice]
) -> tuple[list[Phone], list[tuple[str, ...]], Notice | None]:
    """Return the usable numbers of a row, the ambiguous ones, and why there is none."""
    usable, ambiguous, refused = [], [], []
    for column in PHONE_COLUMNS:
        written = values.get(column, "")
        if not written:
            continue
        for reading in read_phones(written, country=terms.country, is_mobile_column=column is C.MOBILE):
            if reading.e164:
                usable.append(Phone(reading.e164, reading.kind, reading.is_repaired))
            elif reading.readings:
                ambiguous.append(reading.readings)
            if reading.code:
                refused.append(_notice(reading))
    if usable:
        notices.extend(refused)
        return usable, ambiguous, None
    # What may be a number is more than what is none.
    refused.sort(key=lambda notice: notice[0] is not RowCode.PHONE_AMBIGUOUS)
    return usable, ambiguous, refused[0] if refused else (RowCode.PHONE_MISSING, {})


def _notice(reading: PhoneReading) -> Notice:
    code = reading.code or RowCode.PHONE_UNREADABLE
    told = {"written": reading.written}
    if reading.e164:
        told["number"] = reading.e164
    if reading.readings:
        told["readings"] = ", ".join(reading.readings)
    return code, told
