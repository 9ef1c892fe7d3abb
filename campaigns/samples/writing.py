"""Rows as the bytes of a CSV or a workbook, as clients' programs write them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter

from campaigns.samples.cells import Cell, Row


def as_csv(headings: Sequence[str], rows: Iterable[Row], *, delimiter: str = ";") -> bytes:
    """Return a CSV: numbers as a program prints floats, days first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_text(row.get(heading)) for heading in headings] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else str(cell)


def as_workbook(headings: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Return an .xlsx whose numbers, days and booleans are cells of their kind."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Carga")
        sheet.write_row(0, 0, headings)
        for line, row in enumerate(rows, 1):
            for place, heading in enumerate(headings):
                cell = row.get(heading)
                if cell is not None:
                    sheet.write(line, place, cell)
    return packed.getvalue()
