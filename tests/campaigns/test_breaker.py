"""The breaker of a provider: opened by a burst, tried by one call, then longer when it fails (C21)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from campaigns import actions
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, Campaign, Entry, Provider
from campaigns.rules import BreakerState
from tests.campaigns.called import End, a_talk, call_everybody
from tests.campaigns.calling import a_due_account, add_people, claimed

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


def ended_probe(account: Account, reason: str) -> datetime:
    """Let the one call leave that tries, and talk for twenty seconds; return when it was over."""
    probe = TOLD + timedelta(minutes=1)
    (call,) = claimed(account, now=probe).calls
    return end(call.id, reason, at=probe)


def end(call: UUID, reason: str, *, at: datetime) -> datetime:
    """Send a call and hear its end, without an analysis; return when."""
    over = at + timedelta(seconds=20)
    assert mark(call, now=at)
    apply_report(call, a_talk(call, at=at, reason=reason), now=over)
    return over


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
    probe = TOLD + timedelta(minutes=1)
    assert len(call_everybody(account, now=probe, ends=HEALTH)) == 1
    assert the_breaker(account) == (BreakerState.CLOSED, probe + timedelta(minutes=6), 0)


def test_a_probe_that_talked_closes_it_before_its_analysis(account):
    """C21: no analysis makes a fault of a talk, and nobody waits ten minutes for one."""
    over = ended_probe(account, "user_hangup")
    assert the_breaker(account) == (BreakerState.CLOSED, over, 0)


def test_the_burst_that_opened_it_does_not_open_it_again(account):
    """C21: what ended before it closed is forgotten; one ordinary fault is no burst."""
    over = ended_probe(account, "user_hangup")
    calls = claimed(account, now=over).calls
    assert len(calls) > 1
    end(calls[0].id, "dial_failed", at=over)
    assert the_breaker(account) == (BreakerState.CLOSED, over, 0)


def test_the_burst_before_somebody_started_it_does_not_open_it_again(account, settings):
    """C21: neither by what has ended nor by what is still under way; one ordinary fault is no burst."""
    settings.SIMULATOR_KEY = "key"
    Provider.objects.update(breaker=BreakerState.CLOSED, breaker_until=None)
    old, *_others = claimed(account, now=TOLD).calls
    actions.start_provider(provider_id=account.provider_id, now=TOLD + timedelta(seconds=1))
    end(old.id, "dial_failed", at=TOLD + timedelta(seconds=1))
    add_people(Campaign.objects.get(), 1, first=20)
    Entry.objects.filter(name="Persona 20").update(earliest_at=NOON)
    (new,) = claimed(account, now=TOLD + timedelta(seconds=2)).calls
    end(new.id, "dial_failed", at=TOLD + timedelta(seconds=2))
    assert the_breaker(account) == (BreakerState.CLOSED, TOLD + timedelta(seconds=1), 0)


def test_a_probe_that_the_platform_broke_off_is_the_only_one_until_it_is_settled(account):
    """C21: it holds no line any more, and its analysis is still to come."""
    over = ended_probe(account, "error_retell")
    assert the_breaker(account)[0] == BreakerState.OPEN
    assert not claimed(account, now=over).calls


def test_a_probe_that_says_nothing_is_followed_by_the_next(account):
    """C21: a call of which nobody hears does not keep everybody back for an hour."""
    probe = TOLD + timedelta(minutes=1)
    later = [len(claimed(account, now=probe + timedelta(minutes=after)).calls) for after in (0, 4, 6)]
    assert later == [1, 0, 1]


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
