"""What a person promised, out of the provider's analysis, which may be written in any way (C3, C6)."""

from datetime import date
from decimal import Decimal

import pytest

from campaigns.dispatch.promises import Promise, promise_of

DAY = date(2026, 4, 20)


@pytest.mark.parametrize(
    ("said", "currency", "amount"),
    [
        (50_000, "CLP", "50000"),
        (50_000.0, "CLP", "50000"),
        (1234.56785, "USD", "1234.5679"),
        ("50000", "CLP", "50000"),
        ("50000.0", "CLP", "50000"),
        ("50.000", "CLP", "50000"),
        ("$50.000", "CLP", "50000"),
        ("50.000 pesos", "CLP", "50000"),
        ("1.234,50", "PEN", "1234.50"),
        ("S/ 1,234.50", "PEN", "1234.50"),
    ],
)
def test_an_amount_is_read_like_a_cell(said, currency, amount):
    """C6: fifty thousand pesos are never fifty."""
    told = {"fecha_pago_cliente": "2026-04-20", "monto_pago_cliente": said}
    assert promise_of(told, currency=currency) == Promise(DAY, Decimal(amount))


@pytest.mark.parametrize(
    "said", [None, "", "todo", "la mitad", "US$ 50", 0, "0", -5, "-5", True, "1e99", [1]]
)
def test_an_amount_that_cannot_be_read_is_left_open(said):
    """C6: never 0, and a promise all the same."""
    told = {"fecha_pago_cliente": "2026-04-20", "monto_pago_cliente": said}
    assert promise_of(told, currency="CLP") == Promise(DAY, None)


@pytest.mark.parametrize(
    "said", ["2026-04-20", "2026-04-20T10:30:00Z", "20/04/2026", "20-04-26", " 20.4.2026 "]
)
def test_a_day_is_read_like_a_cell(said):
    """C3: ISO, or day first."""
    assert promise_of({"fecha_pago_cliente": said}, currency="CLP") == Promise(DAY, None)


@pytest.mark.parametrize("said", [None, "", "mañana", "31/02/2026", True, {}, 3.5])
def test_without_a_day_nothing_is_promised(said):
    """Promise: a day and perhaps an amount."""
    assert promise_of({"fecha_pago_cliente": said, "monto_pago_cliente": 5}, currency="CLP") is None
