"""Workbooks of several sheets, each a pile of titled tables; written row by row in constant memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase
from xlsxwriter import Workbook

from tenants.display.exports import (
    CONTENT_TYPES,
    DAY_FORMAT,
    IN_MEMORY,
    LONGEST_CELL,
    FileType,
    Rows,
    cleaned,
    download_of,
)

# What a sheet's name must not hold, and how long it may be.
UNFIT_FOR_NAMES = str.maketrans("[]:*?/\\", "       ")
LONGEST_NAME = 31
FIRST_WIDTH, WIDTH = 30, 16
# Before it workbooks have no days: zeros would stand there.
FIRST_YEAR = 1900
# Constant memory keeps nothing to reuse: texts stand in their cells, and live ones stay texts (S15).
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Ratio(float):
    """A share of one, shown as per cent and kept as the number it is."""


@dataclass(frozen=True, slots=True)
class Block:
    """One table of a sheet. Values are text, numbers, ratios, days, aware moments, truth values or None."""

    headings: Sequence[str]
    rows: Rows
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet. `notes` stand above its tables; `widths` are in characters, by column."""

    name: str
    blocks: Iterable[Block]
    title: str = ""
    notes: Sequence[str] = ()
    widths: Mapping[int, int] = field(default_factory=dict)
    # A single table may stay in sight while it is read.
    is_list: bool = False


def exported_book(*, name: str, pages: Iterable[Page], zone: ZoneInfo) -> HttpResponseBase:
    """Return a download of a workbook, written before it is answered; `name` has no ending.

    Workbooks know no zones: moments are written on the clock of `zone`.
    """
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer to a large one closes it
    try:
        write_book(file, pages, zone)
    except BaseException:
        file.close()
        raise
    return download_of(file, f"{name}.{FileType.XLSX}", CONTENT_TYPES[FileType.XLSX])


def write_book(file: IO[bytes], pages: Iterable[Page], zone: ZoneInfo) -> None:
    """Write every sheet, one after the other."""
    book = Workbook(file, OPTIONS)
    try:
        forms = _Forms(book, zone)
        for page in pages:
            _write_page(book, forms, page)
    finally:
        book.close()


class _Forms:
    """How each kind of value looks, and the clock of its moments."""

    def __init__(self, book: Any, zone: ZoneInfo) -> None:
        self.zone = zone
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#0C6659"})
        self.block = book.add_format({"bold": True, "font_size": 11})
        self.note = book.add_format({"font_color": "#5F6A66"})
        heading = {"bold": True, "bg_color": "#EEF5F2", "bottom": 1, "text_wrap": True, "valign": "top"}
        self.heading = book.add_format(heading)
        self.day = book.add_format({"num_format": DAY_FORMAT, "align": "left"})
        self.moment = book.add_format({"num_format": DAY_FORMAT + " hh:mm", "align": "left"})
        self.ratio = book.add_format({"num_format": "0.0%"})
        self.number = book.add_format({"num_format": "#,##0.###"})
        self.whole = book.add_format({"num_format": "#,##0"})

    def write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """Write one value as what it is; nothing for None."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, column, value, self._number(value))
        elif isinstance(value, date) and value.year < FIRST_YEAR:
            sheet.write_string(row, column, value.isoformat())
        elif isinstance(value, datetime):
            local = value.astimezone(self.zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        else:
            sheet.write_string(row, column, cleaned(value)[:LONGEST_CELL])

    def _number(self, value: float | Decimal) -> Any:
        if isinstance(value, Ratio):
            return self.ratio
        # With room for decimals a whole amount would be shown as "1,325.".
        return self.whole if value % 1 == 0 else self.number


def _write_page(book: Any, forms: _Forms, page: Page) -> None:
    sheet = book.add_worksheet(cleaned(page.name).translate(UNFIT_FOR_NAMES)[:LONGEST_NAME].strip("' "))
    sheet.set_column(0, 0, FIRST_WIDTH)
    sheet.set_column(1, 40, WIDTH)
    for column, width in page.widths.items():
        sheet.set_column(column, column, width)
    row = _write_head(sheet, forms, page)
    for block in page.blocks:
        if page.is_list:
            sheet.freeze_panes(row + 1, 0)
        row = _write_block(sheet, forms, block, row) + 1


def _write_head(sheet: Any, forms: _Forms, page: Page) -> int:
    """Return the row below title and notes."""
    row = 0
    for text, form in [(page.title, forms.title), *((note, forms.note) for note in page.notes)]:
        if text:
            sheet.write_string(row, 0, cleaned(text)[:LONGEST_CELL], form)
            row += 1
    return row + 1 if row else 0


def _write_block(sheet: Any, forms: _Forms, block: Block, row: int) -> int:
    """Return the row below the table."""
    if block.title:
        sheet.write_string(row, 0, cleaned(block.title), forms.block)
        row += 1
    for column, heading in enumerate(block.headings):
        sheet.write_string(row, column, cleaned(heading), forms.heading)
    row += 1 if block.headings else 0
    for values in block.rows:
        for column, value in enumerate(values):
            forms.write(sheet, row, column, value)
        row += 1
    return row
