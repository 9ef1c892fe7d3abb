"""Until when a launch would last: within the limits of a day and the own end of the campaign (Forecast)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from campaigns import actions
from campaigns.actions import Forecast
from campaigns.models import AccountDay
from tests.campaigns.calling import ZONE, a_campaign, a_provider, an_account

# A Wednesday, 12:00 in Santiago; a call holds 0.77.
NOON = datetime(2026, 4, 15, 16, tzinfo=UTC)
WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 4, day) for day in (15, 16, 17))
OFFICE = {
    "allowed_call_hours": {"start": "09:00", "end": "18:00"},
    "days_of_week": [1, 2, 3, 4, 5],
    "timezone": ZONE,
}

pytestmark = pytest.mark.usefixtures("in_acme")


def foreseen(people: int, *, ends_at: datetime | None = None, **facts: Any) -> Forecast:
    """Return the forecast, at NOON, of a campaign in office hours and of an account with some limits."""
    a_campaign(an_account(a_provider(), **facts), people=people, settings=OFFICE, ends_at=ends_at)
    return actions.forecast(code="batch-1", now=NOON)


def day_of(moment: datetime | None) -> date:
    assert moment is not None
    return moment.astimezone(ZoneInfo(ZONE)).date()


@pytest.mark.parametrize(
    ("limits", "people", "day"),
    [
        ({}, 5, WEDNESDAY),
        ({"daily_call_limit": 2}, 2, WEDNESDAY),
        ({"daily_call_limit": 2}, 4, THURSDAY),
        ({"daily_call_limit": 2}, 5, FRIDAY),
        ({"daily_call_limit": 2}, 7, date(2026, 4, 20)),  # after the weekend
        ({"daily_spend_cap": Decimal("1.60")}, 5, FRIDAY),
        ({"daily_call_limit": 4, "daily_spend_cap": Decimal("1.54")}, 5, FRIDAY),
        ({"daily_spend_cap": Decimal("0.01"), "billing_type": "unlimited"}, 5, WEDNESDAY),
    ],
)
def test_a_day_takes_no_more_than_its_account_allows(limits: Any, people: int, day: date) -> None:
    """C20, C23: the smaller of the limit and of what the cap pays, each local day anew."""
    found = foreseen(people, **limits)
    assert (found.begin_at, day_of(found.finish_at), found.left_over) == (NOON, day, 0)


def test_what_was_called_today_is_gone() -> None:
    """C20: today has what is left of it."""
    account = an_account(a_provider(), daily_call_limit=2)
    AccountDay.objects.create(account=account, on=WEDNESDAY, calls=2)
    a_campaign(account, people=3, settings=OFFICE)
    found = actions.forecast(code="batch-1", now=NOON)
    assert found.begin_at == datetime(2026, 4, 16, 13, tzinfo=UTC)
    assert day_of(found.finish_at) == FRIDAY


def test_a_day_is_the_account_s() -> None:
    """C20: at 11:00 of Santiago another day begins in Tokyo, and with it another two calls."""
    found = foreseen(4, daily_call_limit=2, timezone="Asia/Tokyo")
    assert found.finish_at is not None
    assert timedelta() < found.finish_at - datetime(2026, 4, 16, 15, tzinfo=UTC) < timedelta(minutes=1)


def test_a_day_that_pays_no_call_has_no_end() -> None:
    """C23: a cap below one call's reserve."""
    found = foreseen(1, daily_spend_cap=Decimal("0.76"))
    assert (found.begin_at, found.finish_at, found.left_over) == (None, None, 0)


@pytest.mark.parametrize(("limits", "left"), [({}, 0), ({"daily_call_limit": 2}, 1)])
def test_nobody_is_called_after_the_campaign_s_own_end(limits: Any, left: int) -> None:
    """C21: who is left over then is told, and no moment that never comes."""
    found = foreseen(5, ends_at=NOON + timedelta(days=1), **limits)
    assert ((found.finish_at is None), found.left_over) == (bool(left), left)


def test_an_end_that_has_passed_leaves_everybody() -> None:
    found = foreseen(5, ends_at=NOON)
    assert (found.begin_at, found.finish_at, found.left_over) == (None, None, 5)


def test_hours_alone_leave_people_over_too() -> None:
    """One line, at least a quarter of an hour a call: 24 calls until 18:00, and then it is over."""
    account = an_account(a_provider(max_concurrent_calls=1, calls_per_second=1 / 900))
    a_campaign(account, people=30, settings=OFFICE, ends_at=NOON + timedelta(hours=12))
    assert actions.forecast(code="batch-1", now=NOON).left_over == 6
