"""A request whose answer nobody knows may be the first to arrive when it is repeated: it leaves like one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.dispatch.asking import ask_due
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.sending import send
from campaigns.models import Account, CallAttempt, Entry, Provider, Suppression
from campaigns.rules import AttemptState, BreakerState, EntryState
from campaigns.simulator import Simulator
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago; the repetition is due five minutes later.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
FIVE = NOON + timedelta(minutes=5)
FAILS_ONCE = {"faults": ["error_before_create"]}
SCENARIO = {"numbers": {f"+569800000{place}0": FAILS_ONCE for place in range(2)}}

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def sim():
    """A provider that answers each first request by 500, and makes no call of it."""
    with a_line(SCENARIO) as served:
        yield served


@pytest.fixture
def account(sim: Simulator) -> Account:
    """An account that calls there."""
    return an_account(a_provider(base_url=sim.url))


def unknown(account: Account, *, people: int = 1) -> list[CallAttempt]:
    """Let calls leave of which nobody knows whether they were taken."""
    a_campaign(account, people=people)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    line = line_to(Provider.objects.get(name="line"))
    try:
        calls = claimed(account, now=NOON).calls
        assert send(line, calls, clock=lambda: NOON, pace=Pace(calls_per_second=1000)) == people
    finally:
        line.close()
    found = list(CallAttempt.objects.all())
    assert {call.state for call in found} == {AttemptState.UNKNOWN}
    return found


def ask(now: datetime = FIVE) -> None:
    """Ask about whoever is due."""
    CallAttempt.objects.open().update(ask_at=now)
    provider = Provider.objects.get(name="line")
    line = line_to(provider)
    try:
        ask_due(line, provider.pk, clock=lambda: now, pace=Pace(calls_per_second=1000))
    finally:
        line.close()


def suppress(call: CallAttempt, **account: Any) -> None:
    Suppression.objects.create(kind="document", value=call.person_key, source="person", **account)


def change(**values: Any) -> None:
    Provider.objects.filter(name="line").update(**values)


AN_HOUR = timedelta(hours=1)
STAYS = {
    "the person is suppressed": suppress,
    "by the account": lambda call: suppress(call, account_id=call.account_id),
    "the number is suppressed": lambda call: Suppression.objects.create(
        kind="number", value=call.to_number, source="person"
    ),
    "the account is suspended": lambda _call: Account.objects.update(status="suspended"),
    "the provider is stopped": lambda _call: change(stopped_at=NOON),
    "the provider rests": lambda _call: change(rests_until=FIVE + AN_HOUR),
    "the rate is taken": lambda _call: change(next_call_at=FIVE + timedelta(seconds=2)),
    "the breaker is open": lambda _call: change(breaker=BreakerState.OPEN, breaker_until=FIVE + AN_HOUR),
    "another call tries": lambda _call: change(
        breaker=BreakerState.OPEN, breaker_until=NOON + timedelta(minutes=1)
    ),
}


@pytest.mark.parametrize("why", list(STAYS))
def test_it_does_not_leave_when_a_first_request_would_not(sim, account, why):
    """C15, C16, C17, C19: the person would ring; the call goes on being asked about."""
    (call,) = unknown(account)
    STAYS[why](call)
    ask()
    call.refresh_from_db()
    assert (sim.calls(), call.state, Entry.objects.get().state) == (
        [],
        AttemptState.UNKNOWN,
        EntryState.UNCONFIRMED,
    )
    assert call.ask_at is not None
    assert call.ask_at > FIVE


def test_it_leaves_with_the_same_key(sim, account):
    """C17: nobody stands against it."""
    (call,) = unknown(account)
    ask()
    call.refresh_from_db()
    (made,) = sim.calls()
    assert (made["call_id"], made["metadata"]["attempt"]) == (call.call_id, str(call.pk))
    assert call.state == AttemptState.ACCEPTED


def test_a_call_that_was_made_is_found_though_it_may_not_be_repeated(sim, account):
    """C17: to ask is not to call."""
    (call,) = unknown(account)
    ask()
    CallAttempt.objects.update(call_id="", state=AttemptState.UNKNOWN)
    suppress(call)
    ask(FIVE + timedelta(minutes=1))
    call.refresh_from_db()
    assert call.call_id == sim.calls()[0]["call_id"]


def test_the_call_that_tries_behind_a_breaker_goes_on_trying(sim, account):
    """C21: it is the one that may."""
    unknown(account)
    change(breaker=BreakerState.OPEN, breaker_until=NOON)
    ask()
    assert len(sim.calls()) == 1


def test_repetitions_take_their_moments_of_the_rate(account):
    """C19: half a second each, after what was claimed."""
    change(calls_per_second=2.0)
    unknown(account, people=2)
    change(next_call_at=FIVE)
    ask()
    assert Provider.objects.get(name="line").next_call_at == FIVE + timedelta(seconds=1)


@pytest.mark.parametrize(("status", "rests", "stopped"), [(429, True, False), (401, False, True)])
def test_a_refusal_holds_the_provider_up_and_not_the_call(sim, account, status, rests, stopped):
    """C17: 429 rests, 401 stops; of the first request neither says anything."""
    unknown(account)
    sim.change(refuse_with=status)
    ask()
    provider = Provider.objects.get(name="line")
    assert (bool(provider.rests_until and provider.rests_until > FIVE), bool(provider.stopped_at)) == (
        rests,
        stopped,
    )
    assert Entry.objects.get().state == EntryState.UNCONFIRMED
