"""S13, S14, C3: whatever stands in a cell costs at most its row."""

import io
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.imports import RowStatus, read_people, report_rows
from tests.campaigns.client_files import COLLECTION, LUZ, OTHER_MOBILE, debtor, ended, opened, terms
from tests.workbooks import MAIN, sheet, sheet_of, workbook

SOUND = debtor(LUZ, "Luz", mobile=OTHER_MOBILE)
HEADINGS = COLLECTION.split(";")
HOSTILE = [
    "=cmd|'/c calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "{{nombre}}",
    "<script>alert(1)</script>",
    "'; DROP TABLE campaigns_entry; --",
    "\u202egnp.exe",
    "\ufeff",
    "\u200b",
    "🙂" * 200,
    "A" * 32_767,
    "9" * 32_767,
    "1e309",
    "NaN",
    "-0",
    "0",
    "00/00/0000",
    "99/99/9999",
    "True",
    "#N/A",
    "\\x00",
    "%s%n",
    "١٢٣",
    "½",
    "Ⅻ",
    "1\u00a0234",
]


def read_bytes(content, filename="a.csv"):
    file = opened(content, filename=filename)
    return file, read_people(file, terms())


@pytest.mark.parametrize("column", range(len(HEADINGS)))
@pytest.mark.parametrize("cell", HOSTILE)
def test_it_survives_a_hostile_cell_in_any_column(cell, column):
    """S13, C3: a row ends with a code, its neighbours are read."""
    cells = debtor().split(";")
    cells[column] = cell
    _file, found = read_bytes("\n".join([COLLECTION, ";".join(cells), SOUND]).encode())
    assert len(found.rows) == 2
    assert ended(found)[1] == ("accepted", "")
    assert (found.rows[0].status in {RowStatus.ACCEPTED, RowStatus.REPAIRED}) or found.rows[0].code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (debtor(name="A\0na"), "nul_character"),
        (debtor(name="A" * 8_000_000), "cell_too_long"),
        (debtor(name='"Ana'), "unclosed_quote"),
        (debtor() + ";" * 300, "too_many_columns"),
    ],
)
def test_it_refuses_a_row_that_no_cell_can_be_read_of(line, code):
    """S14: a NUL, 8 MB in a cell, an open quote, too many cells are faults of a row."""
    _file, found = read_bytes(f"{COLLECTION}\n{line}\n{SOUND}".encode())
    assert ended(found) == [("refused", code), ("accepted", "")]
    assert all(len(cells) <= 200 for _row, cells in report_rows(_file, found))


def test_it_warns_of_cells_beyond_the_headings():
    """C10: they belong to no column."""
    _file, found = read_bytes("\n".join([COLLECTION, debtor() + ";extra", SOUND]).encode())
    assert found.stats()["warnings"] == {"extra_cells": 1, "overdue_blank": 2}


def test_it_reads_the_cells_of_a_workbook_by_their_kind():
    """C3: numbers that became floats, days, serials, booleans, errors, formulas without a value."""
    head = "".join(f"<c t='inlineStr'><is><t>{name}</t></is></c>" for name in HEADINGS)
    rut, name = "<c><v>98765433.0</v></c>", "<c t='inlineStr'><is><t>Ana</t></is></c>"
    creditor, amount = "<c/>", "<c><v>98500.4</v></c>"

    def row(due, overdue="<c><v>5</v></c>", owed=amount, mobile="<c><v>987654321</v></c>"):
        return f"<row>{rut}{name}{creditor}{owed}{due}{overdue}{mobile}</row>"

    rows = [
        row("<c s='1'><v>46082</v></c>"),  # a day
        row("<c><v>46082</v></c>"),  # its serial
        row("<c s='1'><v>0</v></c>"),  # serial 0, shown as a day
        row("<c><v>0</v></c>"),
        row("<c t='b'><v>1</v></c>"),
        row("<c s='1'><v>60</v></c>"),  # 29 February 1900, a day of spreadsheets only
        row("<c/>", overdue="<c t='b'><v>0</v></c>"),
        row("<c/>", owed="<c t='e'><v>#N/A</v></c>"),
        row("<c/>", owed="<c><f>1+1</f></c>"),
        row("<c/>", owed="<c t='b'><v>1</v></c>"),
        row("<c/>", mobile="<c t='b'><v>1</v></c>"),
        row("<c/>", owed="<c><v>123.456</v></c>"),
    ]
    _file, found = read_bytes(workbook(sheet(f"<row>{head}</row>" + "".join(rows))), "a.xlsx")
    assert [code for _status, code in ended(found)] == [
        "",
        "same_person",
        "due_date_unreadable",
        "due_date_unreadable",
        "due_date_unreadable",
        "due_date_unreadable",
        "days_overdue_unreadable",
        "amount_missing",
        "amount_missing",
        "amount_unreadable",
        "same_person",
        "same_person",
    ]
    # 98.500 twice, once more for the row without a number, and 123 of a number cell: no thousands.
    assert found.persons[0].total == 3 * 98_500 + 123


def test_it_reads_a_workbook_whose_dimension_is_told():
    """S14, C11: every program writes the dimension; it counts once, not on top of the rows."""
    rows = [HEADINGS, *(SOUND.split(";") for _ in range(30))]
    told = sheet_of(rows).replace(f'"{MAIN}">', f'"{MAIN}"><dimension ref="A1:H31"/>')
    file = opened(workbook(told), filename="a.xlsx")
    assert file.count_rows() == 30


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), max_size=10), max_size=12))
def test_it_ends_every_row_of_any_table(table):
    """C10, S13: texts at random below sound headings: counts add up, nothing is raised."""
    lines = io.StringIO()
    for cells in table:
        lines.write(";".join(cell.replace(";", " ") for cell in cells) + "\n")
    _file, found = read_bytes(f"{COLLECTION}\n{SOUND}\n{lines.getvalue()}".encode("utf-8", "replace"))
    assert sum(found.counts().values()) == len(found.rows) >= 1


def test_it_ends_every_row_of_sound_rows_with_bytes_flipped():
    """S13: damage in transit costs rows, not the file."""
    sound = bytearray("\n".join([COLLECTION, *(debtor() for _ in range(40))]).encode())
    dice = random.Random(7)
    for _ in range(200):
        broken = bytearray(sound)
        for _flip in range(8):
            broken[dice.randrange(len(COLLECTION.encode()) + 1, len(broken))] = dice.randrange(256)
        _file, found = read_bytes(bytes(broken))
        assert sum(found.counts().values()) == len(found.rows) > 0
