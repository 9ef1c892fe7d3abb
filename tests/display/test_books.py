"""Workbooks of several sheets: typed, titled, on one clock, never a formula (S15)."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from python_calamine import CalamineWorkbook

from tenants.display.books import Block, Page, Ratio, exported_book

LIMA = ZoneInfo("America/Lima")
ROW = ("=1+1", 7, 0.25, Ratio(0.5), date(2026, 2, 3), datetime(2026, 2, 3, 4, 5, tzinfo=UTC), True, None)


def made(*pages: Page) -> bytes:
    content: bytes = exported_book(name="book", pages=pages, zone=LIMA).content  # type: ignore[attr-defined]  # small
    return content


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_values_are_what_they_are_on_the_clock_of_the_brand() -> None:
    """Exports: numbers as numbers, a share as the share it is, days as days, moments on the asked clock."""
    (rows,) = sheets(made(Page("One", [Block([str(n) for n in range(8)], [ROW])]))).values()
    local = datetime(2026, 2, 2, 23, 5)  # noqa: DTZ001 - as read
    assert rows[1] == ["=1+1", 7.0, 0.25, 0.5, date(2026, 2, 3), local, True, ""]


def test_days_before_those_of_workbooks_are_told_as_text() -> None:
    """Exports: a day that somebody mistyped is that day, not zero."""
    ((row,),) = sheets(made(Page("One", [Block((), [(date(1026, 5, 1), date(1900, 3, 1))])]))).values()
    assert row == ["1026-05-01", date(1900, 3, 1)]


def test_no_text_becomes_a_formula_anywhere() -> None:
    """S15: names, titles, notes and headings are strangers' words too."""
    live = '=HYPERLINK("http://x")'
    content = made(Page(live, [Block([live], [(live,)], live)], live, [live]))
    inside = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inside
    (rows,) = sheets(content).values()
    assert [row[0] for row in rows] == [live, live, "", live, live, live]


def test_tables_stand_below_each_other_and_sheets_have_fit_names() -> None:
    """A sheet's name has 31 characters and none of []:*?/\\."""
    page = Page("Q1/[x]" + "y" * 40, [Block(["a"], [(1,)], "First"), Block(["b"], [(2,)])], "Title", ["note"])
    ((name, rows),) = sheets(made(page)).items()
    assert len(name) <= 31
    assert not set(name) & set("[]:*?/\\")
    assert [row[0] for row in rows] == ["Title", "note", "", "First", "a", 1.0, "", "b", 2.0]


def test_whole_amounts_are_shown_without_a_lonely_point() -> None:
    """W7: with room for three decimals spreadsheet programs write a whole amount as “1,325.”."""
    content = made(Page("One", [Block((), [(7, 7.0, Decimal("7.00"), 7.25, Decimal("7.5"))])]))
    inside = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    whole, same, amount, broken, also = re.findall(r'<c r="[A-E]1" s="(\d+)"', inside)
    assert whole == same == amount != broken == also
