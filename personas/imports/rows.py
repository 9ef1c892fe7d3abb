"""L3–L5: a row of a table becomes a row of people that says who, or why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from personas.imports.dates import parse_connected_on
from personas.imports.faults import ROW_FAULTS
from personas.imports.identifiers import canonical_email, canonical_profile_url
from personas.rules import (
    COMPANY_LENGTH,
    FIRST_NAME_LENGTH,
    JOB_TITLE_LENGTH,
    LAST_NAME_LENGTH,
    ImportColumn,
    ImportRowReason,
)
from tenants.intake.tables import Row

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One person of a file. `rejected` says why nothing may be written, `issues` what was dropped from it."""

    line: int
    cells: tuple[str, ...]
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company: str = ""
    job_title: str = ""
    profile_url: str = ""
    connected_on: date | None = None
    issues: tuple[ImportRowReason, ...] = ()
    rejected: ImportRowReason | None = None


class _Reader:
    """The values of one row by column, and the issues met while reading them."""

    def __init__(self, row: Row) -> None:
        self._values = row.values
        self.issues: list[ImportRowReason] = []

    def text(self, column: ImportColumn, longest: int | None = None) -> str:
        value = self._values.get(column, "")
        if longest is not None and len(value) > longest:
            self.issues.append(ImportRowReason.VALUE_SHORTENED)
            return value[:longest].rstrip()
        return value

    def parsed(
        self, column: ImportColumn, parse: Callable[[str], _Value | None], reason: ImportRowReason
    ) -> _Value | None:
        """Return the value of a cell; what cannot be read is dropped and counted (L3)."""
        written = self.text(column)
        value = parse(written) if written else None
        if written and value is None:
            self.issues.append(reason)
        return value


def read_row(row: Row, width: int) -> ImportRow:
    """Return who a row of a table is; `width` says how many headings there are."""
    if row.fault is not None:
        return ImportRow(row.line, row.cells, rejected=ROW_FAULTS[row.fault])
    cells = _Reader(row)
    email = cells.parsed(ImportColumn.EMAIL, canonical_email, ImportRowReason.EMAIL_INVALID_FORMAT)
    address = cells.parsed(
        ImportColumn.PROFILE_URL, canonical_profile_url, ImportRowReason.URL_INVALID_FORMAT
    )
    day = cells.parsed(
        ImportColumn.CONNECTED_ON, parse_connected_on, ImportRowReason.CONNECTED_ON_PARSE_FAILED
    )
    if any(cell.strip() for cell in row.cells[width:]):
        cells.issues.append(ImportRowReason.EXTRA_CELLS)
    first_name = cells.text(ImportColumn.FIRST_NAME, FIRST_NAME_LENGTH)
    last_name = cells.text(ImportColumn.LAST_NAME, LAST_NAME_LENGTH)
    company = cells.text(ImportColumn.COMPANY, COMPANY_LENGTH)
    return ImportRow(
        line=row.line,
        cells=row.cells,
        first_name=first_name,
        last_name=last_name,
        email=email or "",
        company=company,
        job_title=cells.text(ImportColumn.JOB_TITLE, JOB_TITLE_LENGTH),
        profile_url=address or "",
        connected_on=day,
        issues=tuple(dict.fromkeys(cells.issues)),
        rejected=_rejection(bool(first_name or last_name), bool(address), bool(email), bool(company)),
    )


def _rejection(name: bool, address: bool, email: bool, company: bool) -> ImportRowReason | None:
    """Judge a row by what is left of it: L3, and L6 for names that nothing can match."""
    if not name and not address:
        return ImportRowReason.MISSING_IDENTIFIERS
    if not address and not email and not company:
        return ImportRowReason.NAME_WITHOUT_COMPANY
    return None
