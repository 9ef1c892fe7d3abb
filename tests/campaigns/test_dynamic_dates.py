"""C7, C8: the day to pay by and the last day, from the file or from the day of the upload."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.imports import BadDynamicDays, LimitAfterMaximum, read_dynamic_days
from tenants.rules import RefusalKind
from tests.campaigns.client_files import LUZ, TODAY, collection, debtor, ended, read, terms


def days(*lines, **changed):
    (person,) = collection(*lines, **changed).persons
    return person.fecha_limite, person.fecha_maxima


def test_it_counts_from_the_latest_and_the_earliest_due_date():
    """C7: latest + its days overdue + 3; earliest + its days overdue + 7."""
    found = days(
        debtor(due="10/02/2026", overdue="38"),
        debtor(due="01/01/2026", overdue="80"),
        debtor(due="10/03/2026", overdue="10 días"),
    )
    assert found == (date(2026, 3, 23), date(2026, 3, 29))


def test_it_settles_ties_by_row_order():
    """C7: of equal due dates the first row's days overdue count."""
    found = days(debtor(due="01/03/2026", overdue="19"), debtor(due="01/03/2026", overdue="2"))
    assert found == (date(2026, 3, 23), date(2026, 3, 27))


def test_it_counts_blank_days_overdue_as_none_and_warns(in_english):
    """C7: blank is 0, said aloud; so are dates that have passed."""
    found = collection(debtor(due="01/03/2026", overdue=""))
    (person,) = found.persons
    assert (person.fecha_limite, person.fecha_maxima) == (date(2026, 3, 4), date(2026, 3, 8))
    assert found.rows[0].warnings == [
        "The days overdue are blank and count as 0.",
        "A date has passed: to pay by 2026-03-04, last day 2026-03-08.",
    ]
    assert ended(found) == [("accepted", "")]


def test_it_has_no_days_without_a_due_date():
    """C7: a blank due date is no error."""
    assert days(debtor(due="", overdue="5")) == (None, None)


def test_it_keeps_the_days_of_each_debt():
    """C7: per debt; the person's are those of the debt that is spoken of."""
    found = collection(
        debtor(creditor="Uno", amount="100", due="01/03/2026", overdue="19"),
        debtor(creditor="Dos", amount="200", due="05/03/2026", overdue="16"),
    )
    (person,) = found.persons
    assert [(debt.fecha_limite, debt.fecha_maxima) for debt in person.debts] == [
        (date(2026, 3, 23), date(2026, 3, 27)),
        (date(2026, 3, 24), date(2026, 3, 28)),
    ]
    assert (person.fecha_limite, person.fecha_maxima) == (date(2026, 3, 24), date(2026, 3, 28))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, (date(2026, 3, 23), date(2026, 3, 27))),
        ({"dias_fecha_limite": 0}, (date(2026, 3, 20), date(2026, 3, 27))),
        ({"dias_fecha_maxima": 30}, (date(2026, 3, 23), date(2026, 4, 19))),
        ({"dias_fecha_limite": 365, "dias_fecha_maxima": 365}, (date(2027, 3, 20), date(2027, 3, 20))),
    ],
)
def test_it_overrides_each_date_by_itself(asked, expected):
    """C8: day of upload + N calendar days; the other date stays the file's."""
    assert days(debtor(due="01/03/2026", overdue="19"), **asked) == expected


def test_it_gives_a_list_the_days_that_were_asked_for():
    """C8: without debts too."""
    found = read("nombre;celular", "Ana;987654321", kind="generic", dias_fecha_limite=3, dias_fecha_maxima=5)
    assert (found.persons[0].fecha_limite, found.persons[0].fecha_maxima) == (
        date(2026, 3, 23),
        date(2026, 3, 25),
    )


def test_it_refuses_a_row_whose_limit_comes_after_its_maximum(in_english):
    """C8: one date asked for, one of the file: the row's debt is refused, others stand."""
    found = collection(debtor(due="01/03/2026", overdue="19"), debtor(LUZ, due=""), dias_fecha_limite=10)
    assert ended(found) == [("refused", "limit_after_maximum"), ("accepted", "")]
    assert found.rows[0].words == "The day to pay by (2026-03-30) is after the last day (2026-03-27)."


def test_it_refuses_dates_of_the_file_that_contradict_each_other():
    """C8: an instalment not yet due may put the limit after the last day."""
    found = collection(debtor(due="01/01/2026", overdue="78"), debtor(due="01/05/2026", overdue="0"))
    assert {code for _status, code in ended(found)} == {"limit_after_maximum"}


@pytest.mark.parametrize(
    ("written", "number"),
    [(None, None), ("", None), (0, 0), ("0", 0), ("365", 365), (365, 365), (" 30 ", 30), ("007", 7)],
)
def test_it_reads_the_days_of_a_query(written, number):
    """C8: each is optional."""
    assert read_dynamic_days(written, name="dias_fecha_limite") == number


@pytest.mark.parametrize(
    "written", [-1, 366, "366", "-1", "1.5", 1.0, True, "x", "1e2", "٣", [], "9" * 5_000]
)
def test_it_refuses_days_that_are_no_whole_number_up_to_365(written):
    """C8: 422, naming the parameter."""
    with pytest.raises(BadDynamicDays) as refused:
        read_dynamic_days(written, name="dias_fecha_maxima")
    assert (refused.value.kind, refused.value.extra) == (
        RefusalKind.UNPROCESSABLE,
        {"key": "dias_fecha_maxima"},
    )


def test_it_refuses_a_limit_after_the_maximum_before_reading():
    """C8: 422, not a row error."""
    with pytest.raises(LimitAfterMaximum) as refused:
        terms(dias_fecha_limite=8, dias_fecha_maxima=7)
    assert refused.value.kind is RefusalKind.UNPROCESSABLE
    with pytest.raises(BadDynamicDays):
        terms(dias_fecha_maxima=366)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 365))
def test_it_adds_calendar_days_across_any_change_of_the_clock(today, ahead):
    """C8: a day is a day, though Chile's midnight may not exist."""
    assert terms(today=today, dias_fecha_limite=ahead).fecha_limite == today + timedelta(days=ahead)


def test_it_warns_of_nothing_that_is_still_ahead():
    """C7: today is not past."""
    found = collection(debtor(due="17/03/2026", overdue="0"))
    assert found.persons[0].fecha_limite == TODAY
    assert "date_past" not in [str(code) for code in found.warnings()]
