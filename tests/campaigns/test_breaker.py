"""The breaker of a provider: opened by a burst, tried by one call, then longer when it fails (C21)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Account, Entry, Provider
from campaigns.rules import BreakerState
from tests.campaigns.called import End, call_everybody
from tests.campaigns.calling import a_due_account, claimed

# A Wednesday, 12:00 in Santiago; `call_everybody` tells the ends six minutes later.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
TOLD = NOON + timedelta(minutes=6)
FAULT, HEALTH = (End("dial_failed"),), (End("dial_no_answer"),)

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account() -> Account:
    """An account whose first twenty calls failed at the carrier, all under way at once."""
    made = a_due_account(20, now=NOON)
    call_everybody(made, now=NOON, ends=FAULT)
    Entry.objects.update(earliest_at=NOON)
    return made


def the_breaker(account: Account) -> tuple[str, datetime | None, int]:
    found = Provider.objects.get(accounts=account)
    return found.breaker, found.breaker_until, found.breaker_opened


def test_calls_that_were_under_way_open_it_once(account):
    """C21: the ten that failed behind the burst began before it and are no probe."""
    assert the_breaker(account) == (BreakerState.OPEN, TOLD + timedelta(minutes=1), 1)
    assert not claimed(account, now=TOLD).calls


def test_a_probe_that_fails_opens_it_for_twice_as_long(account):
    """C21: one call tries when the minute is over."""
    probe = TOLD + timedelta(minutes=1)
    assert len(call_everybody(account, now=probe, ends=FAULT)) == 1
    told = probe + timedelta(minutes=6)
    assert the_breaker(account) == (BreakerState.OPEN, told + timedelta(minutes=2), 2)


def test_a_probe_that_comes_through_closes_it(account):
    """C21: the carrier works again."""
    assert len(call_everybody(account, now=TOLD + timedelta(minutes=1), ends=HEALTH)) == 1
    assert the_breaker(account) == (BreakerState.CLOSED, None, 0)


def test_calls_that_were_under_way_do_not_close_it():
    """C21: who was reached before it opened says nothing of the calls after it."""
    made = a_due_account(20, now=NOON)
    call_everybody(made, now=NOON, ends=FAULT * 15 + HEALTH * 5)
    assert the_breaker(made) == (BreakerState.OPEN, TOLD + timedelta(minutes=1), 1)


def test_a_probe_does_not_wait_for_calls_that_were_under_way():
    """C21: one call tries, however long those before it still talk."""
    made = a_due_account(5, now=NOON, lines=2)
    assert len(claimed(made, now=NOON).calls) == 2
    probe = NOON + timedelta(minutes=1)
    opened = {"breaker": BreakerState.OPEN, "breaker_cause": "carrier", "breaker_until": probe}
    Provider.objects.update(**opened, max_concurrent_calls=5)
    assert [len(claimed(made, now=probe).calls) for _again in range(2)] == [1, 0]
