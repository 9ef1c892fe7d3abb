"""L2, L3, S14: any app reads the tables people upload, by its own vocabulary."""

import tracemalloc
from enum import StrEnum

import pytest
from django.utils.translation import override

from tenants.intake import one_line
from tenants.intake.tables import (
    FileFault,
    RowFault,
    UnreadableFile,
    Vocabulary,
    describe_file_fault,
    describe_row_fault,
    open_table,
)
from tests.workbooks import sheet_of, workbook


class Column(StrEnum):
    """What a table of drivers may hold."""

    DRIVER_ID = "driver_id"
    PARK = "park"
    HIRED_ON = "hired_on"


DRIVERS = Vocabulary(
    {
        Column.DRIVER_ID: ("driver", "conductor", "id de conductor"),
        Column.PARK: ("fleet", "flota", "parque"),
        Column.HIRED_ON: ("hire date", "fecha de contratación"),
    }
)
CSV = "Conductor;Flota;Fecha de contratación\nd-1;Lima Centro;2025-03-01\nd-2;;\n"


def opened(text, filename="drivers.csv", **limits):
    content = text if isinstance(text, bytes) else text.encode()
    return open_table(content, filename=filename, vocabulary=DRIVERS, **limits)


def test_it_reads_a_text_by_the_vocabulary_of_its_reader():
    """L2, L3: headings in either language, values by column, cells as they stand."""
    table = opened(f"\nReporte\n{CSV}")
    assert (table.source, table.encoding, table.delimiter) == ("csv", "utf-8", ";")
    assert (table.headings, table.header_line) == (("Conductor", "Flota", "Fecha de contratación"), 3)
    assert table.count_rows() == 2
    mapping = table.suggest_mapping()
    assert mapping == {
        "driver_id": "Conductor",
        "park": "Flota",
        "hired_on": "Fecha de contratación",
    }
    first, second = table.rows(mapping)
    assert first == (
        4,
        {"driver_id": "d-1", "park": "Lima Centro", "hired_on": "2025-03-01"},
        ("d-1", "Lima Centro", "2025-03-01"),
        None,
    )
    assert (second.line, second.values[Column.PARK]) == (5, "")


def test_it_reads_a_workbook_like_a_text():
    """L2, L4: days as ISO days, whole numbers without a point, rows with the sheet's own numbers."""
    rows = [
        ["Drivers"],
        [],
        ["Driver ID", "Park", "HIRE_DATE"],
        [1984, "Lima\nCentro", (45717, 1)],
        [],
        ["d-2"],
    ]
    table = opened(workbook(sheet_of(rows)), filename="Drivers.XLSX")
    assert (table.source, table.encoding, table.delimiter, table.header_line) == ("xlsx", "", "", 3)
    first, second = table.rows(table.suggest_mapping())
    assert (first.line, first.values) == (
        4,
        {"driver_id": "1984", "park": "Lima Centro", "hired_on": "2025-03-01"},
    )
    assert (second.line, second.values) == (6, {"driver_id": "d-2", "park": "", "hired_on": ""})
    assert [row.line for row in table.rows(table.suggest_mapping(), after_line=4)] == [6]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("DRIVER-ID", "driver_id"),
        ("hired_on", "hired_on"),
        (" Fecha  de  contratacion ", "hired_on"),
        ("FLOTA", "park"),
        ("First Name", None),
        ("park" + " " * 60, None),
        ("", None),
    ],
)
def test_it_compares_headings_without_case_accents_blanks_and_signs(heading, column):
    """L2: a column's own name is one of its headings; a sentence is none."""
    assert DRIVERS.recognise(heading) == column


def test_it_counts_a_column_named_twice_once():
    """L2: two spellings of one column do not make a line of headings."""
    assert DRIVERS.count_known(["Driver", "Conductor", "x"]) == 1
    assert DRIVERS.count_known(["Driver", "Parque", "x"]) == 2
    assert DRIVERS.suggest_mapping(["Driver", "Conductor"]) == {"driver_id": "Driver"}


def test_it_says_where_mapped_columns_stand():
    """L2: headings that the file lacks and columns that nobody knows are left out; the first of two wins."""
    mapping = {"driver_id": "CONDUCTOR", "park": "Zona", "hired_on": "", "salary": "Conductor"}
    assert DRIVERS.positions(mapping, ("x", "Conductor", "conductor")) == {"driver_id": 1}


def test_it_names_the_columns_that_share_a_heading():
    """L2: one heading, one column."""
    mapping = {"driver_id": "Flota", "park": "flota ", "hired_on": ""}
    assert DRIVERS.repeated_columns(mapping) == ["park"]


def test_it_refuses_a_vocabulary_with_one_heading_for_two_columns():
    """L2: which of them a file meant could not be told."""
    with pytest.raises(ValueError, match="names two columns"):
        Vocabulary({"driver": ("id",), "park": ("ID",)})


def test_it_has_no_values_for_columns_that_are_not_mapped():
    """L3: an absent column is not an empty one."""
    (row,) = opened("driver,park\nd-1,Lima\n").rows({"driver_id": "driver"})
    assert (row.values, row.cells) == ({"driver_id": "d-1"}, ("d-1", "Lima"))


def test_it_leaves_out_notes_only_where_the_vocabulary_has_them():
    """L2: without two known headings, the first line below the notes holds the headings."""
    noted = Vocabulary({"code": ("código",)}, notes=("ojo:",))
    text = b"Ojo:\nlo que sigue es de prueba\n\ncodigo\n1\n"
    assert open_table(text, filename="a.csv", vocabulary=noted).headings == ("codigo",)
    assert opened(text).headings == ("Ojo:",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("  d-1   Lima ", "d-1 Lima"),
        ("d-1\r\n\tLima\x7f", "d-1 Lima"),
        ("\ufeffÑuñoa\u2028\xa0 sur\x85", "Ñuñoa sur"),
        ("\u200b\u202e", ""),
        ("a\u200bb", "a\u200bb"),
    ],
    ids=ascii,
)
def test_it_writes_a_cell_as_one_line(text, line):
    """L3: no control characters, line ends or outer blanks; what would not show is empty."""
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('"d-1,Lima', RowFault.UNCLOSED_QUOTE),
        ("d" * 32_768, RowFault.CELL_TOO_LONG),
        ("d-1" + "," * 200, RowFault.TOO_MANY_COLUMNS),
        ("d-\0001,Lima", RowFault.NUL_CHARACTER),
    ],
    ids=lambda value: value if len(value) < 30 else "long",
)
def test_it_names_the_fault_of_a_row_and_reads_the_next(line, fault):
    """L3, S14: a bad row costs itself only, and its fault has words."""
    table = opened(f"driver,park\n{line}\nd-2,Lima\n")
    bad, good = table.rows(table.suggest_mapping())
    assert (bad.line, bad.values, bad.fault) == (2, {}, fault)
    assert (good.line, good.values["driver_id"], good.fault) == (3, "d-2", None)
    assert describe_row_fault(fault)


@pytest.mark.parametrize(
    ("content", "filename", "limits", "code"),
    [
        (CSV, "a.xls", {}, FileFault.WRONG_TYPE),
        (CSV, "a.csv", {"max_bytes": 20}, FileFault.TOO_LARGE),
        (CSV, "a.csv", {"max_rows": 1}, FileFault.TOO_MANY_ROWS),
        (
            workbook(sheet_of([["driver", "park"], ["a"], ["b"]])),
            "a.xlsx",
            {"max_rows": 1},
            FileFault.TOO_MANY_ROWS,
        ),
        (b"PK\x03\x04" + b"\0" * 20_000_000, "a.xlsx", {"max_bytes": 10**9}, FileFault.TOO_LARGE),
        ("driver,park\n", "a.csv", {}, FileFault.NO_ROWS),
    ],
    ids=lambda value: str(value) if len(value) < 30 else "content",
)
def test_it_refuses_a_file_beyond_its_limits(content, filename, limits, code):
    """S14: each reader has its own limits; a workbook's bytes have one for all."""
    with pytest.raises(UnreadableFile) as refused:
        opened(content, filename, **limits).count_rows()
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("code", "limit", "english", "spanish"),
    [
        (
            FileFault.TOO_MANY_ROWS,
            200_000,
            "The file has more than 200,000 rows; split it.",
            "El archivo tiene más de 200.000 filas; hay que dividirlo.",
        ),
        (FileFault.TOO_LARGE, 20_000_000, "The file is larger than 20 MB.", "El archivo supera los 20 MB."),
    ],
)
def test_it_says_which_limit_was_passed(code, limit, english, spanish):
    """S14: the words carry the limit of the reader at hand."""
    error = UnreadableFile(code, limit=limit)
    for language, words in (("en", english), ("es", spanish)):
        with override(language):
            assert describe_file_fault(error) == words


@pytest.mark.parametrize("code", FileFault)
def test_it_has_words_for_every_fault(code):
    """S14: no code without a sentence."""
    assert describe_file_fault(UnreadableFile(code)).endswith(".")


def test_it_reads_a_long_text_row_by_row():
    """L1: a hundred thousand rows cost the text and next to nothing more, and a job goes on anywhere."""
    count = 100_000
    content = b"driver,park\n" + b"".join(b"d-%d,Lima\n" % number for number in range(count))
    table = opened(content, max_rows=2_000_000)
    mapping = table.suggest_mapping()
    tracemalloc.start()
    try:
        held = tracemalloc.get_traced_memory()[0]
        last = 0
        for row in table.rows(mapping, after_line=count - 20_000):
            last = row.line
        peak = tracemalloc.get_traced_memory()[1] - held
    finally:
        tracemalloc.stop()
    assert (last, peak < 100_000) == (count + 1, True)
