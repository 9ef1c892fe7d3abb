"""C3: cells keep their meaning, whatever a spreadsheet made of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.imports.cells import as_digits, read_date, read_whole, says_no

FIFTH = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("987654320", "987654320"),
        ("987654320.0", "987654320"),
        ("987654320.00", "987654320"),
        ("987654320,0", "987654320"),
        ("9.87654321E8", "987654321"),
        ("9.87654321E+08", "987654321"),
        ("9.8765432E+08", "9.8765432E+08"),
        ("9.87654E+08", "9.87654E+08"),
        ("987654320.5", "987654320.5"),
        ("987.654", "987.654"),
        ("12-3", "12-3"),
    ],
)
def test_it_gives_a_number_cell_its_digits_back(written, digits):
    """C3: floats are whole again; a power that has lost digits stays what it is."""
    assert as_digits(written) == digits


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("5", 5),
        ("5.0", 5),
        ("5,00", 5),
        ("0", 0),
        ("005", 5),
        ("5 días", 5),
        ("5días", 5),
        ("30 d.", 30),
        ("36500", 36_500),
        ("", None),
        ("5.5", None),
        ("-5", None),
        ("5 días de atraso", None),
        ("más de 5", None),
        ("5 6", None),
        ("1.000", None),
        ("36501", None),
        ("True", None),
        ("5%", None),
        ("=5", None),
        ("٥", None),
        ("5" * 50_000, None),
    ],
)
def test_it_reads_whole_numbers(written, number):
    """C3: a unit word may follow, nothing else."""
    assert read_whole(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-05",
        "2026-3-5",
        "2026-03-05 00:00:00",
        "2026-03-05T10:30:00.5Z",
        "2026-03-05T10:30-03:00",
        "05/03/2026",
        "5/3/2026",
        "05-03-2026",
        "05.03.2026",
        "05/03/26",
        "5-3-26",
        "05/03/2026 0:00",
        "05/03/2026 12:00:00 a.m.",
        "46086",
        "46086.0",
        "46086.75",
    ],
)
def test_it_reads_one_day_however_it_is_written(written):
    """C3: ISO, day first, two-digit years of this century, serials of a spreadsheet."""
    assert read_date(written) == FIFTH


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0",
        "0.0",
        "1",
        "5",
        "00:00:00",
        "31/02/2026",
        "2026-02-30",
        "2026-13-01",
        "03/25/2026",
        "5/3-2026",
        "5/3/026",
        "20260305",
        "1899-12-31",
        "2101-01-01",
        "99999",
        "99999999",
        "True",
        "VERDADERO",
        "hoy",
        "5 de marzo de 2026",
        "=TODAY()",
        "٠٥/٠٣/٢٠٢٦",
        "05/03/2026; DROP",
        "1" * 100_000,
    ],
)
def test_it_refuses_what_is_no_day(written):
    """C3: impossible days, serial 0 and booleans are errors."""
    assert read_date(written) is None


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_it_reads_every_day_in_every_form(day):
    """C3: four forms and the serial give the same day back."""
    serial = (day - date(1899, 12, 30)).days
    forms = (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", f"{serial}.0")
    assert {read_date(form) for form in forms} == {day}


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_it_takes_two_digit_years_for_this_century(day):
    """C3: 26 is 2026."""
    assert read_date(f"{day:%d/%m/%y}") == day


@given(st.text(max_size=30))
def test_it_never_fails_whatever_is_written(text):
    """C3: a value or none."""
    found = read_date(text)
    assert found is None or date.min < found < date.max - timedelta(days=40_000)
    assert (read_whole(text) or 0) >= 0
    assert isinstance(as_digits(text), str)


@pytest.mark.parametrize(
    ("written", "is_no"),
    [("", True), ("-", True), ("No", True), ("0", True), ("FALSO", True), ("sí", False), ("x", False)],
)
def test_it_tells_a_no_from_a_yes(written, is_no):
    """C2: who writes "no" in the column of disputes has disputed nothing."""
    assert says_no(written) is is_no
