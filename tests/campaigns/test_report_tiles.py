"""Tiles of campaigns: each figure is of the days that it names (W6)."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from campaigns.queries.results import Day, People, Period, Results
from campaigns.reports import tiles
from tenants.display.formats import reader

NOBODY = People(0, 0, 0, 0, 0)


def a_day(on: int, **charged: int) -> Period:
    return Period([Day(date(2026, 4, on), charged=Counter(charged))], NOBODY)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        ({}, {"USD": 70}, [("Charged, USD", 0, 0, 70)]),
        ({"PEN": 5}, {"USD": 70}, [("Charged, PEN", 5, 5, 0), ("Charged, USD", 0, 0, 70)]),
        ({"USD": 5}, {}, [("Charged, USD", 5, 5, 0)]),
        ({}, {}, []),
    ],
)
def test_money_of_the_days_before_is_never_that_of_these(
    now: dict[str, int], before: dict[str, int], told: list[tuple[str, int, int, int]]
) -> None:
    """W6: days without calls came to nothing, and no unit is left out for another's sake."""
    with translation.override("en"):
        found = tiles.of_results(Results(a_day(2, **now), a_day(1, **before)), {}, reader())[5:]
    shown = [(one.label, one.value, one.change and (one.change.now, one.change.before)) for one in found]
    assert shown == [(label, Decimal(value), (Decimal(new), Decimal(old))) for label, value, new, old in told]
