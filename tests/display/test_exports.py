"""Rows as files: typed in a workbook, plain in CSV, never a formula (S15)."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.http import FileResponse
from python_calamine import CalamineWorkbook

from tenants.display import exports
from tenants.display.exports import FileType, TooManyRows, exported

HEADINGS = ("text", "number", "money", "day", "moment", "is", "none")
ROW = (
    'Ñandú, "quoted"',
    7,
    Decimal("12.50"),
    date(2026, 2, 3),
    datetime(2026, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=-5))),
    True,
    None,
)
LIVE = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


def body(type: FileType, rows: Any) -> bytes:
    answer = exported(name="list", type=type, headings=HEADINGS, rows=rows)
    assert f'filename="list.{type}"' in answer["Content-Disposition"]
    content: bytes = answer.content  # type: ignore[attr-defined]  # a small file is no stream
    return content


def sheet(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_csv_has_plain_values_and_a_mark() -> None:
    content = body(FileType.CSV, [ROW])
    assert content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head == list(HEADINGS)
    assert row == [ROW[0], "7", "12.50", "2026-02-03", "2026-02-03T04:05:06-05:00", "true", ""]


def test_a_workbook_has_typed_values() -> None:
    """Moments are UTC: workbooks know no zones."""
    _head, row = sheet(body(FileType.XLSX, [ROW]))
    assert row == [ROW[0], 7.0, 12.5, ROW[3], datetime(2026, 2, 3, 9, 5, 6), True, ""]  # noqa: DTZ001 - as read


@pytest.mark.parametrize("text", LIVE)
def test_no_text_becomes_a_formula(text: str) -> None:
    """S15: marked as text in CSV, a text cell in a workbook."""
    content = body(FileType.CSV, [(text,)]).decode("utf-8-sig")
    (cell,) = list(csv.reader(io.StringIO(content, newline="")))[1]
    assert cell.startswith("'")
    book = body(FileType.XLSX, [(text,)])
    inside = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inside
    assert b't="inlineStr"' in inside


@pytest.mark.parametrize("type", FileType)
def test_control_characters_are_cleaned(type: FileType) -> None:
    """S15: an address is none either."""
    content = body(type, [("a\x00b\x1bc\ud800", "https://x.example")])
    cells = (
        sheet(content)[1] if type is FileType.XLSX else content.decode("utf-8-sig").splitlines()[1].split(",")
    )
    assert cells[:2] == ["abc", "https://x.example"]


def test_a_workbook_has_its_most_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """More would keep somebody waiting; CSV takes them."""
    monkeypatch.setattr(exports, "MOST_ROWS_OF_A_WORKBOOK", 3)
    assert len(sheet(body(FileType.XLSX, [("x",)] * 3))) == 4
    with pytest.raises(TooManyRows):
        body(FileType.XLSX, [("x",)] * 4)
    assert len(body(FileType.CSV, [("x",)] * 4).splitlines()) == 5


def test_a_large_file_is_sent_from_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "IN_MEMORY", 10)
    answer = exported(name="list", type=FileType.CSV, headings=HEADINGS, rows=[ROW])
    assert isinstance(answer, FileResponse)
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbftext")  # type: ignore[arg-type]  # bytes
    answer.close()


def test_a_file_is_let_go_when_its_rows_fail() -> None:
    """Warnings are errors: an open file would be one."""

    def broken() -> Iterator[tuple[str]]:
        yield ("x",)
        raise ValueError("no more")

    for type in FileType:
        with pytest.raises(ValueError, match="no more"):
            body(type, broken())
