"""Days of two years on one axis are told apart, in every app's charts (W7)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.queries.promised import PromisedDay
from campaigns.queries.results import Day
from campaigns.reports import charts as calling
from identity.queries.backlog import BacklogDay
from identity.reports import charts as leads
from tenants.display.charts import Columns
from tenants.display.formats import Formats

ENGLISH = Formats("en", "US", "America/Lima")


def promised(days: list[date]) -> Columns:
    told = [PromisedDay(day, "PEN", 1, Decimal(10)) for day in days]
    return calling.promised(told, "PEN", {}, ENGLISH, are_more=False)


def called(days: list[date]) -> Columns:
    return calling.daily([Day(day, calls=2) for day in days], {}, ENGLISH)


def red(days: list[date]) -> Columns:
    return leads.backlog([BacklogDay(day, 1, 0, 0, 0, 1, 0, None) for day in days], ENGLISH)


@pytest.mark.parametrize("drawn", [promised, called, red])
def test_the_year_is_said_where_there_are_two(drawn: Any) -> None:
    """W7: a column of last December does not look like one of this."""
    eve = date(2025, 12, 31)
    assert drawn([eve, eve + timedelta(days=1)]).labels == ("Dec 31, 2025", "Jan 1, 2026")


@pytest.mark.parametrize("drawn", [promised, called, red])
def test_the_year_is_left_out_where_there_is_one(drawn: Any) -> None:
    """W7: labels stay short."""
    assert drawn([date(2026, 1, 1), date(2026, 1, 2)]).labels == ("Jan 1", "Jan 2")
