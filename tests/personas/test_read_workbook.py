"""S14: a workbook is measured before it is parsed, and parsed where it can do no harm."""

import io
import zipfile
from datetime import date

import pytest

from personas.imports import open_export
from personas.rules import ImportRowReason, ImportSource
from tenants.intake.tables import FileFault, UnreadableFile
from tenants.intake.tables.workbook import parse_apart
from tenants.intake.tables.workbook_scan import scan_workbook
from tests.workbooks import TYPES, WORKBOOK, pack, sheet, sheet_of, workbook

HEADINGS = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
ANA = ["Ana", "Pérez", "linkedin.com/in/ana", "ana@acme.example", "Acme", "CEO", (45296, 1)]


def test_it_reads_a_workbook_like_a_text():
    """L2, L4: days come as days, numbers without a point, rows with their own numbers."""
    rows = [["Notes:"], ["Exported"], [], HEADINGS, ANA, [], ["Luz", "", "", "", 1984]]
    opened = open_export(workbook(sheet_of(rows)), filename="Connections.XLSX")
    assert (opened.source, opened.header_line, opened.count_rows()) == (ImportSource.XLSX, 4, 2)
    ana, luz = opened.rows(opened.suggest_mapping())
    assert (ana.line, ana.connected_on, ana.profile_url) == (
        5,
        date(2024, 1, 5),
        "https://linkedin.com/in/ana",
    )
    assert (luz.line, luz.company) == (7, "1984")


def test_it_rejects_a_row_with_a_cell_too_long():
    """S14: 32,767 characters, what a spreadsheet can hold."""
    opened = open_export(workbook(sheet_of([HEADINGS, ["A" * 33_000], ANA])), filename="a.xlsx")
    assert [row.rejected for row in opened.rows(opened.suggest_mapping())] == [
        ImportRowReason.CELL_TOO_LONG,
        None,
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", FileFault.DAMAGED),
        (b"Nombre\nAna\n", FileFault.DAMAGED),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, FileFault.ENCRYPTED),
        (b"PK\x03\x04" + b"\0" * 100, FileFault.DAMAGED),
        (pack([("a.txt", "x")]), FileFault.DAMAGED),
        (workbook(sheet("")), FileFault.NO_ROWS),
        (workbook(sheet('<row><c r="A1"/><c r="XFD1048576"><v>1</v></c></row>')), FileFault.TOO_MANY_ROWS),
        (workbook(sheet("<row><c r='GS1'><v>1</v></c></row>")), FileFault.TOO_MANY_COLUMNS),
        (workbook(sheet("<row><c r='&#71;S1'><v>1</v></c></row>")), FileFault.TOO_MANY_COLUMNS),
        (workbook(sheet("<row>" + "<c/>" * 201 + "</row>")), FileFault.TOO_MANY_COLUMNS),
        (workbook(sheet('<row r="200002"/>')), FileFault.TOO_MANY_ROWS),
        (workbook(sheet('<row><c r="A190000"/><c r="AZ1"/></row>')), FileFault.TOO_MANY_CELLS),
        (workbook(sheet("", before='<!DOCTYPE x [<!ENTITY a "b">]>')), FileFault.FORBIDDEN_MARKUP),
        (workbook(sheet("").encode("utf-16")[:-4]), FileFault.DAMAGED),
        (workbook("<worksheet><sheetData>"), FileFault.DAMAGED),
        (workbook(sheet("<row><v>" + "1" * 30_000_000 + "</v></row>")), FileFault.EXPANDS_TOO_MUCH),
        (workbook(sheet(""), ("../evil", "x")), FileFault.ODD_PART_NAME),
        (workbook(sheet(""), ("/evil", "x")), FileFault.ODD_PART_NAME),
        (workbook(sheet(""), ("a\\b", "x")), FileFault.ODD_PART_NAME),
        (workbook(sheet(""), ("XL/workbook.xml", WORKBOOK)), FileFault.ODD_PART_NAME),
        (workbook(sheet(""), *((f"p{number}", "x") for number in range(500))), FileFault.TOO_MANY_PARTS),
        (b"PK\x03\x04" + b"\0" * 20_000_000, FileFault.TOO_LARGE),
    ],
)
def test_it_refuses_a_hostile_workbook(content, code):
    """S14: each limit has its name."""
    with pytest.raises(UnreadableFile) as refused:
        open_export(content, filename="a.xlsx")
    assert refused.value.code is code


def test_it_refuses_a_dimension_that_lies():
    """S14: what the sheet claims is allocated too."""
    lying = sheet("").replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    with pytest.raises(UnreadableFile) as refused:
        scan_workbook(workbook(lying))
    assert refused.value.code is FileFault.TOO_MANY_ROWS


def flip(content, offset, bits):
    return content[:offset] + bytes([content[offset] ^ bits]) + content[offset + 1 :]


def test_it_refuses_encryption_foreign_headers_and_flipped_bytes():
    """S14: the directory and the parts must tell one story."""
    content = workbook(sheet_of([HEADINGS, ANA]))
    directory = content.rindex(b"PK\x01\x02")
    for changed, code in (
        (flip(content, directory + 8, 1), FileFault.ENCRYPTED),
        (flip(content, 30, 1), FileFault.ODD_PART_NAME),
        (flip(content, content.index(b"xl/styles.xml") + 40, 255), FileFault.DAMAGED),
    ):
        with pytest.raises(UnreadableFile) as refused:
            scan_workbook(changed)
        assert refused.value.code is code


def test_it_survives_a_parser_that_aborts():
    """S14: a workbook of 2 kB asks for half a terabyte; the child dies, the reader is told."""
    hostile = workbook(sheet('<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'))
    with pytest.raises(UnreadableFile) as refused:
        parse_apart(hostile)
    assert refused.value.code is FileFault.DAMAGED


def test_it_stops_a_parser_that_takes_too_long():
    """S14: limits of time hold whatever the file is."""
    with pytest.raises(UnreadableFile) as refused:
        parse_apart(workbook(sheet_of([HEADINGS])), wall_seconds=0.001)
    assert refused.value.code is FileFault.TOO_SLOW


def test_it_reads_parts_that_are_stored_without_compression():
    """S14: an honest archive need not be compressed."""
    packed = io.BytesIO(workbook(sheet_of([HEADINGS, ANA])))
    with zipfile.ZipFile(packed) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    stored = pack(parts, compression=zipfile.ZIP_STORED)
    assert TYPES.encode() in stored
    assert open_export(stored, filename="a.xlsx").count_rows() == 1
