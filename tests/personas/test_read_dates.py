"""L4: connection dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.imports import parse_connected_on

FIFTH = date(2024, 1, 5)


@pytest.mark.parametrize(
    "written",
    [
        "05 Jan 2024",
        "5 ene 2024",
        "5 de enero de 2024",
        "ENERO 5, 2024",
        "January 5, 2024",
        "Jan. 5 2024",
        "5-ene-2024",
        "5/Janu/2024",
        "5.enero,2024",
        "enero - 5 de 2024",
        "2024-01-05",
        "2024-01-05 10:30:00",
        "2024-01-05T10:30:00Z",
        "05/01/2024",
        "5.1.2024",
        "5-1-2024",
        "  5 Jan 2024  ",
    ],
)
def test_it_reads_a_day_however_it_is_written(written):
    """L4: Spanish, English, ISO, numeric with the day first."""
    assert parse_connected_on(written) == FIFTH


@pytest.mark.parametrize(
    "written",
    [
        "",
        "5 Ja 2024",
        "5 Janx 2024",
        "31 Feb 2024",
        "29 feb 2023",
        "12/25/2024",
        "05 Jan 24",
        "5 Jan 1899",
        "5 Jan 2101",
        "5ene2024",
        "45292",
        "ayer",
        "2024-13-01",
        "2024-01-05Tnoon",
        "٥ Jan 2024",
        "5 Jan 2024 " * 20,
    ],
)
def test_it_refuses_what_is_no_day(written):
    """L4: a real calendar, 1900 to 2100, four digits."""
    assert parse_connected_on(written) is None


@pytest.mark.parametrize(
    ("written", "month"), [("set", 9), ("setiembre", 9), ("sept", 9), ("ago", 8), ("dec", 12), ("dic", 12)]
)
def test_it_knows_the_months_of_both_languages(written, month):
    """L4: whole, or cut to three letters or more."""
    assert parse_connected_on(f"1 {written} 2020") == date(2020, month, 1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_it_reads_back_every_day(day):
    """L4: the whole range, in three spellings."""
    for pattern in ("%d %b %Y", "%B %d, %Y", "%d/%m/%Y"):
        assert parse_connected_on(day.strftime(pattern)) == day
    assert parse_connected_on(day.isoformat()) == day


@given(st.text())
def test_it_never_raises(text):
    """L3: a bad date is dropped, not thrown."""
    parse_connected_on(text)
