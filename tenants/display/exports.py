"""Rows as files to take away: CSV, or a workbook; no cell of either is ever a live formula (S15)."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from tenants.intake.text import UNFIT
from tenants.rules import XLSX_TYPE, RefusalKind, Refused

# Held in memory up to here, on disk beyond.
IN_MEMORY = 4 * 1024 * 1024
# A workbook of more takes longer than a page may; CSV is written ten times as fast.
MOST_ROWS_OF_A_WORKBOOK = 50_000
# What begins a formula in one spreadsheet program or another.
LIVE = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


class FileType(StrEnum):
    """What a list can be taken away as."""

    CSV = "csv"
    XLSX = "xlsx"


class ReportType(StrEnum):
    """What a page can be taken away as."""

    PDF = "pdf"
    XLSX = "xlsx"

    @property
    def label(self) -> str:
        """What its button says."""
        return "PDF" if self is ReportType.PDF else "Excel"


def file_name(of: str, *, now: datetime, zone: tzinfo) -> str:
    """Return a file's name without its ending: what it is of, and the day on the clock of `zone`."""
    return f"{slugify(of) or 'minga'}-{now.astimezone(zone).date().isoformat()}"


CONTENT_TYPES = {
    FileType.CSV: "text/csv; charset=utf-8",
    FileType.XLSX: XLSX_TYPE,
}
Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of somebody's file that was not taken: its cells, its number there, why in code and words."""

    cells: Sequence[str]
    line: int
    code: str
    reason: str


class TooManyRows(Refused):
    """More rows than a workbook is written of while somebody waits."""

    code = "too_many_rows"
    kind = RefusalKind.UNPROCESSABLE
    message = _("These are more than 50,000 rows: narrow the list, or take it as CSV.")


def exported(*, name: str, type: FileType, headings: Sequence[str], rows: Rows) -> HttpResponseBase:
    """Return a download of rows, written before it is answered: a scope ends with its view.

    `name` has no ending. Values are text, numbers, days, aware moments, truth values or None.
    Raises TooManyRows.
    """
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer to a large one closes it
    try:
        write_file(file, type, headings, rows)
    except BaseException:
        file.close()
        raise
    return download_of(file, f"{name}.{type}", CONTENT_TYPES[type])


def download_of(file: IO[bytes], name: str, content_type: str) -> HttpResponseBase:
    """Return a written file as a download; the answer closes it."""
    size = file.tell()
    file.seek(0)
    if size > IN_MEMORY:
        return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    with file:
        headers = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(file.read(), content_type=content_type, headers=headers)


def write_file(
    file: IO[bytes], type: FileType, headings: Sequence[str], rows: Rows, *, most: int | None = None
) -> None:
    """Write rows as CSV or as a workbook. Raises TooManyRows beyond `most`; None is the usual limit."""
    if type is FileType.CSV:
        write_csv(file, headings, rows if most is None else up_to(most, rows))
    else:
        write_workbook(file, headings, rows, most=most)


def up_to(most: int, rows: Rows) -> Rows:
    """Yield the same rows. Raises TooManyRows behind the last that may be."""
    for number, row in enumerate(rows, 1):
        if number > most:
            raise TooManyRows
        yield row


def write_csv(file: IO[bytes], headings: Sequence[str], rows: Rows) -> None:
    """Write UTF-8 with a mark, by which spreadsheet programs know it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        # Those of a file to mend are somebody else's words.
        writer.writerow([_cell(heading) for heading in headings])
        writer.writerows([_cell(value) for value in row] for row in rows)
    finally:
        text.detach()


def write_workbook(file: IO[bytes], headings: Sequence[str], rows: Rows, *, most: int | None = None) -> None:
    """Write one sheet, row by row in constant memory. Raises TooManyRows."""
    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    try:
        sheet = book.add_worksheet()
        write = _writer(book, sheet)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, cleaned(heading)[:LONGEST_CELL])
        for number, row in enumerate(up_to(most or MOST_ROWS_OF_A_WORKBOOK, rows), 1):
            for column, value in enumerate(row):
                write(number, column, value)
    finally:
        book.close()


def with_reasons(headings: Sequence[str], refused: Iterable[RefusedRow]) -> tuple[list[str], Rows]:
    """Return headings and rows of a file to mend (W3): its own columns, the row's number, code and reason."""
    width = len(headings)
    rows = (
        [*row.cells[:width], *[""] * (width - len(row.cells)), row.line, row.code, row.reason]
        for row in refused
    )
    return [*headings, gettext("Row"), gettext("Code"), gettext("Reason")], rows


def _cell(value: Any) -> Any:
    """Return a value as CSV has it; text that a program might calculate is marked as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, date):
        return value.isoformat()
    text = cleaned(value)
    return f"'{text}" if text.startswith(LIVE) else text


def cleaned(value: Any) -> str:
    """Return a text without characters that no file should carry."""
    return UNFIT.sub("", str(value))


def _writer(book: Any, sheet: Any) -> Callable[[int, int, Any], None]:
    day, moment = (book.add_format({"num_format": form}) for form in (DAY_FORMAT, MOMENT_FORMAT))

    def write(row: int, column: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, column, value)
        elif isinstance(value, datetime):
            # Workbooks know no zones: moments are UTC everywhere (W15).
            sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, day)
        else:
            sheet.write_string(row, column, cleaned(value)[:LONGEST_CELL])

    return write
