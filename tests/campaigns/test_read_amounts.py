"""C6: amounts as people and spreadsheets write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.imports import RowCode
from campaigns.imports.amounts import read_amount
from campaigns.imports.codes import Unacceptable


def refusal(text, currency="CLP"):
    with pytest.raises(Unacceptable) as refused:
        read_amount(text, currency=currency)
    return refused.value.code


@pytest.mark.parametrize(
    ("written", "pesos"),
    [
        ("98500", 98_500),
        ("98500.0", 98_500),
        ("98.500", 98_500),
        ("98,500", 98_500),
        ("98'500", 98_500),
        ("98 500", 98_500),
        ("1.234.567", 1_234_567),
        ("1,234,567", 1_234_567),
        ("1.234.567,50", 1_234_568),
        ("1,234,567.49", 1_234_567),
        ("1.234.567.49", 1_234_567),
        ("98500,5", 98_501),
        ("98500.4999", 98_500),
        ("0,5", 1),
        ("0.500", 1),
        (".5", 1),
        ("98500.", 98_500),
        ("$98.500", 98_500),
        ("$ 98.500", 98_500),
        ("CLP 98.500", 98_500),
        ("98.500 pesos", 98_500),
        ("98.500 Pesos.", 98_500),
        ("CH$98.500", 98_500),
        ("-98.500", -98_500),
        ("−98.500", -98_500),
        ("98.500-", -98_500),
        ("-$98.500", -98_500),
        ("$-98.500", -98_500),
        ("($98.500)", -98_500),
        ("(98.500)", -98_500),
        ("+98.500", 98_500),
        ("0", 0),
        ("-0,4", 0),
        ("-0,5", -1),
        ("1.4551915228366852e-11", 0),
        ("12.345.678", 12_345_678),
        ("999999999999", 999_999_999_999),
    ],
)
def test_it_reads_pesos(written, pesos):
    """C6: one kind of mark before threes groups, else the last mark is decimal; half up; negatives."""
    assert read_amount(written, currency="CLP") == Decimal(pesos)


@pytest.mark.parametrize(
    ("currency", "written", "amount"),
    [
        ("PEN", "S/ 1,234.50", "1234.50"),
        ("PEN", "1234.5", "1234.50"),
        ("MXN", "$1,234.565", "1234.57"),
        ("BRL", "R$ 1.234,56", "1234.56"),
        ("USD", "US$ 1,234.56", "1234.56"),
        ("COP", "1.234.567", "1234567.00"),
        ("PYG", "Gs. 1.234.567", "1234567"),
        ("ARS", "(1.234,5)", "-1234.50"),
    ],
)
def test_it_keeps_the_decimals_that_a_currency_has(currency, written, amount):
    """C6: only money without cents is rounded to whole."""
    assert str(read_amount(written, currency=currency)) == amount


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", RowCode.AMOUNT_MISSING),
        ("-", RowCode.AMOUNT_UNREADABLE),
        ("$", RowCode.AMOUNT_UNREADABLE),
        ("pendiente", RowCode.AMOUNT_UNREADABLE),
        ("98.500 aprox", RowCode.AMOUNT_UNREADABLE),
        ("UF 12,5", RowCode.AMOUNT_UNREADABLE),
        ("98k", RowCode.AMOUNT_UNREADABLE),
        ("5%", RowCode.AMOUNT_UNREADABLE),
        ("1.23,45", RowCode.AMOUNT_UNREADABLE),
        ("12.34.567", RowCode.AMOUNT_UNREADABLE),
        ("98 50", RowCode.AMOUNT_UNREADABLE),
        ("--98", RowCode.AMOUNT_UNREADABLE),
        ("(98", RowCode.AMOUNT_UNREADABLE),
        ("1..5", RowCode.AMOUNT_UNREADABLE),
        ("2026-03-05", RowCode.AMOUNT_UNREADABLE),
        ("9.85E+04", RowCode.AMOUNT_UNREADABLE),
        ("True", RowCode.AMOUNT_UNREADABLE),
        ("FALSO", RowCode.AMOUNT_UNREADABLE),
        ("nan", RowCode.AMOUNT_UNREADABLE),
        ("inf", RowCode.AMOUNT_UNREADABLE),
        ("=SUM(A1:A9)", RowCode.AMOUNT_UNREADABLE),
        ("٩٨٥٠٠", RowCode.AMOUNT_UNREADABLE),
        ("1" * 50_000, RowCode.AMOUNT_UNREADABLE),
        ("1000000000000", RowCode.AMOUNT_TOO_LARGE),
        ("US$ 100", RowCode.AMOUNT_CURRENCY),
        ("100 dólares", RowCode.AMOUNT_CURRENCY),
        ("EUR 100", RowCode.AMOUNT_CURRENCY),
    ],
)
def test_it_refuses_what_is_no_amount(written, code):
    """C6: blank or unreadable is a row error, never 0; another currency is not this one."""
    assert refusal(written) == code


@given(
    st.integers(-(10**11), 10**11), st.sampled_from([".", ",", "'", " "]), st.sampled_from(["", "$", "CLP "])
)
def test_it_reads_whole_pesos_grouped_by_any_mark(amount, mark, word):
    """C6: grouping and words change nothing."""
    grouped = f"{abs(amount):,}".replace(",", mark)
    sign = "-" if amount < 0 else ""
    assert read_amount(f"{sign}{word}{grouped}", currency="CLP") == amount


@given(st.decimals(0, 10**9, places=2), st.booleans())
def test_it_reads_cents_behind_the_last_mark(amount, is_spanish):
    """C6: 1.234,56 and 1,234.56 are the same."""
    written = f"{amount:,.2f}"
    if is_spanish:
        written = written.translate(str.maketrans(".,", ",."))
    assert read_amount(written, currency="PEN") == amount


@given(st.text(max_size=40))
def test_it_never_fails_otherwise_than_by_a_row_error(text):
    """C6: any text is an amount or a refusal."""
    found = None
    with suppress(Unacceptable):
        found = read_amount(text, currency="CLP")
    assert found is None or found == found.to_integral_value()
