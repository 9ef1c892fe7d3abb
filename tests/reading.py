"""Read pages and files as people do: their text, and the figures of charts as their tables tell them."""

import io
import re
import unicodedata
from collections.abc import Sequence
from html import unescape
from typing import Any

from django.test import Client
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

Table = list[tuple[str, ...]]
Sheets = dict[str, list[list[Any]]]


def text_of(client: Client, path: str) -> str:
    """Return a page that answers."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def tables(page: str) -> dict[str, Table]:
    """Return the rows of each chart's data table by the chart's key, as a reader sees them."""
    found = {}
    for figure in re.findall(r'<figure class="card chart">.*?</figure>', page, re.DOTALL):
        key = re.search(r'aria-labelledby="([a-z-]+?)(?:-n)?-t"', figure)
        assert key
        rows = re.findall(r"<tr>(.*?)</tr>", figure.split("<tbody>", 1)[1], re.DOTALL)
        found[key[1]] = [
            tuple(_text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)) for row in rows
        ]
    return found


def downloaded(client: Client, path: str, query: dict[str, str] | None = None) -> bytes:
    """Return a file that a page offers."""
    answered = client.get(path, query or {})
    assert answered.status_code == 200, (path, answered.status_code)
    assert "attachment" in answered["Content-Disposition"]
    return bytes(answered.getvalue())


def words_of(content: bytes) -> list[str]:
    """Return the letters and figures of a PDF by page, without blanks."""
    return [plain(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def plain(text: str) -> str:
    """Return letters and figures alone: where lines break is the paper's business."""
    return "".join(unicodedata.normalize("NFKC", text).replace("·", " ").replace("\u200b", "").split())


def stands_in(words: str, rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a table stands in a PDF's words, row by row or, as time on paper, column by column."""
    columns = list(zip(*rows, strict=False))
    return any(all(plain("".join(line)) in words for line in lines) for lines in (rows, columns))


def sheets(content: bytes) -> Sheets:
    """Return the rows of each sheet of a workbook."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names}


def below(rows: list[list[Any]], heading: str) -> list[list[Any]]:
    """Return the rows of the table whose first heading is this, to the next empty one."""
    start = next(number for number, row in enumerate(rows) if row[0] == heading) + 1
    end = next((n for n, row in enumerate(rows[start:], start) if not any(row)), len(rows))
    return rows[start:end]


def _text(cell: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", cell))
