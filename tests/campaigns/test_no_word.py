"""A provider that says nothing that helps: each call comes to an end, and nobody is redialled (C17, C21)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns import actions
from campaigns.dispatch import sweeping
from campaigns.dispatch.answering import record
from campaigns.dispatch.asking import ask_due
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, CallAlert, CallAttempt, Campaign, Entry, Provider
from campaigns.providers import Accepted, CallReport, CallStatus, Unknown
from campaigns.rules import AlertKind, AttemptState, EntryReason, EntryState, Outcome
from campaigns.simulator import Simulator
from campaigns.simulator.asking import Reply, error
from tenants.jobs.runner.run import DryRun
from tests.campaigns.asking import provided
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_line, a_provider, add_people, an_account, claimed
from tests.campaigns.test_dispatch import the_books_are_right

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:9"  # the port of `discard`, which nobody serves
HOUR = timedelta(hours=1)
ALMOST, OVER = timedelta(hours=2, minutes=50), timedelta(hours=3, minutes=1)

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A provider that answers, and knows of no call."""
    with a_line("calm") as served:
        yield served


@pytest.fixture
def account(sim: Simulator) -> Account:
    """An account that calls there."""
    return an_account(a_provider(base_url=sim.url))


def called(account: Account, *, as_far_as: str) -> CallAttempt:
    """Return a call that got so far."""
    a_campaign(account, people=1)
    Entry.objects.update(earliest_at=NOON - HOUR)
    (call,) = [one.id for one in claimed(account, now=NOON).calls]
    assert mark(call, now=NOON)
    name = f"call_{call.hex}"
    steps = {
        "unknown": lambda: record(call, Unknown("timeout"), now=NOON),
        "accepted": lambda: record(call, Accepted(name, CallReport(name, CallStatus.REGISTERED)), now=NOON),
        "ongoing": lambda: apply_report(
            call, CallReport(name, CallStatus.ONGOING, attempt=call, started_at=NOON), now=NOON
        ),
        "ended": lambda: apply_report(call, a_talk(call, at=NOON), now=NOON + timedelta(seconds=20)),
    }
    steps[as_far_as]()
    return CallAttempt.objects.get()


def revoked(_sim: Simulator, settings: Any) -> None:
    settings.SIMULATOR_KEY = "key_that_was_revoked"


def unreadable(sim: Simulator, _settings: object) -> None:
    for method, address in (("GET", "/v2/get-call/"), ("POST", "/v3/list-calls")):
        sim._desk.serve(method, address, lambda _rest, _body: Reply(200, b"<html>"))


def gone(_sim: Simulator, _settings: object) -> None:
    Provider.objects.filter(name="line").update(base_url=NOWHERE)


def ask(after: timedelta) -> CallAttempt:
    """Ask so long after noon; return the call."""
    CallAttempt.objects.open().update(ask_at=NOON)
    provider = Provider.objects.get(name="line")
    line = line_to(provider)
    try:
        ask_due(line, provider.pk, clock=lambda: NOON + after, pace=Pace(calls_per_second=1000))
    finally:
        line.close()
    return CallAttempt.objects.get()


@pytest.mark.parametrize("far", ["unknown", "accepted", "ongoing"])
@pytest.mark.parametrize(
    ("how", "almost", "over"),
    [
        (revoked, ALMOST, OVER),
        (unreadable, ALMOST, OVER),
        # An outage of hours ends, and then the provider tells what became of each call.
        (gone, 11 * HOUR, 12 * HOUR + timedelta(minutes=1)),
    ],
)
def test_a_call_of_which_nobody_says_anything_ends_with_a_person(
    sim, account, settings, how, almost, over, far
):
    """C17, C22, C23: never dialled again by itself, and its money is free."""
    called(account, as_far_as=far)
    how(sim, settings)
    assert ask(almost).state != AttemptState.CLOSED
    call, entry = ask(over), Entry.objects.get()
    assert (call.state, call.outcome) == (AttemptState.CLOSED, Outcome.UNSENT)
    assert (entry.state, entry.reason) == (EntryState.NEEDS_REVIEW, EntryReason.UNCONFIRMED)
    assert not claimed(account, now=NOON + over).calls
    the_books_are_right(account)


@pytest.mark.parametrize("how", [revoked, unreadable, gone])
def test_a_call_that_ended_waits_ten_minutes_for_its_analysis_whoever_is_silent(sim, account, settings, how):
    """C21: no analysis ten minutes after the end."""
    called(account, as_far_as="ended")
    how(sim, settings)
    assert ask(timedelta(minutes=9)).state == AttemptState.ENDED
    call, entry = ask(timedelta(minutes=11)), Entry.objects.get()
    assert (call.outcome, call.duration_ms) == (Outcome.CONVERSED, 20_000)
    assert (entry.state, entry.reason) == (EntryState.NEEDS_REVIEW, EntryReason.NO_ANALYSIS)
    the_books_are_right(account)


def the_line() -> Provider:
    return Provider.objects.get(name="line")


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_key_that_may_not_ask_stops_the_provider_until_somebody_starts_it(sim, account, status):
    """C17: no request need be refused for it; the call itself goes on being asked about."""
    called(account, as_far_as="accepted")
    sim._desk.serve("GET", "/v2/get-call/", lambda _call, _body: error(status))
    assert ask(timedelta(minutes=5)).state == AttemptState.ACCEPTED
    stopped = the_line()
    assert stopped.stopped_at == NOON + timedelta(minutes=5)
    assert stopped.stopped_because.startswith(str(status))
    alert = CallAlert.objects.get()
    assert (alert.kind, alert.subject) == (AlertKind.PROVIDER_STOPPED, str(stopped.pk))
    add_people(Campaign.objects.get(), 1, first=1)
    Entry.objects.update(earliest_at=NOON - HOUR)
    assert not claimed(account, now=NOON + HOUR).calls
    actions.start_provider(provider_id=stopped.pk, now=NOON + HOUR)
    assert len(claimed(account, now=NOON + HOUR).calls) == 1
    assert CallAlert.objects.get().cleared_at


@pytest.mark.parametrize("status", [404, 422, 429, 500])
def test_another_answer_stops_no_provider(sim, account, status):
    """C17: it says nothing of the key."""
    called(account, as_far_as="accepted")
    sim._desk.serve("GET", "/v2/get-call/", lambda _call, _body: error(status))
    ask(timedelta(minutes=5))
    assert the_line().stopped_at is None


def test_the_sweep_stops_it_too(sim, account, settings):
    """C17, C18: lines are compared every minute, also while no call is open."""
    a_campaign(account, people=1)
    revoked(sim, settings)
    sweeping.sweep(DryRun({}), clock=lambda: NOON)
    assert the_line().stopped_at == NOON
    assert CallAlert.objects.get().kind == AlertKind.PROVIDER_STOPPED


def test_a_call_whose_texts_nobody_can_keep_is_read():
    """C17, S13: a stray control character or an endless number in it loses no call."""
    with provided() as served:
        call = served.accepted().call_id
        said = served.simulator.exchange.get(call).body | {
            "transcript": "Hola\x85\x00 \ud83d.",
            "call_analysis": {"custom_analysis_data": {"cuenta\x85": 10**20}},
        }
        served.simulator._desk.serve("GET", "/v2/get-call/", lambda _call, _body: Reply(200, said))
        found = served.seen(call)
    assert found.transcript == "Hola\ufffd\ufffd \ufffd."
    assert found.analysis is not None
    assert found.analysis.custom == {"cuenta\ufffd": "1" + "0" * 20}
