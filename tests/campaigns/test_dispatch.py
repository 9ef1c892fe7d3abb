"""A campaign from the first claim to the last end, against a provider on the wire (C15–C23)."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from campaigns.dispatch.asking import ask_due, free_expired
from campaigns.dispatch.claiming import claim
from campaigns.dispatch.desk import Desk
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.sending import send
from campaigns.models import CallAttempt, CallRecord, Campaign, Entry, LedgerRow, Suppression, Tally
from campaigns.rules import AttemptState, EntryState, LedgerKind
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
ROUNDS = 200

pytestmark = pytest.mark.usefixtures("in_acme")


class Shift:
    """Dispatch by hand, by a clock that begins at noon."""

    def __init__(self, provider):
        self.begun, self.line, self.desk = timezone.now(), line_to(provider), Desk(provider.pk)
        self.pace = Pace(calls_per_second=provider.calls_per_second)

    def now(self):
        return NOON + (timezone.now() - self.begun)

    def round(self):
        free_expired(self.desk.provider, now=self.now())
        calls = claim(self.desk, now=self.now()).calls
        send(self.line, calls, clock=self.now, pace=self.pace)
        # As if every call had been silent: the provider is asked at once.
        waiting = CallAttempt.objects.open().exclude(state=AttemptState.INTENT)
        waiting.update(ask_at=self.now())
        ask_due(self.line, self.desk.provider, clock=self.now, pace=self.pace)
        return calls

    def until_quiet(self):
        for _round in range(ROUNDS):
            if not self.round() and not CallAttempt.objects.open().exists():
                break
        else:
            pytest.fail("calls are still open")
        self.line.close()


def the_books_are_right(account):
    """Ledger, balance, tally and attempts say one thing (C23)."""
    account.refresh_from_db()
    assert account.balance == account.ledger.aggregate(sum=Sum("amount"))["sum"]
    charges = CallAttempt.objects.aggregate(sum=Sum("charge"))["sum"] or 0
    assert (
        -(account.ledger.filter(kind=LedgerKind.SETTLE).aggregate(sum=Sum("amount"))["sum"] or 0) == charges
    )
    for tally in Tally.objects.all():
        entries = Counter(Entry.objects.filter(campaign=tally.campaign_id).values_list("state", flat=True))
        assert {state: getattr(tally, state) for state in EntryState} == {
            state: entries.get(state, 0) for state in EntryState
        }
        assert tally.reserved == 0
        assert tally.charged == charges


def test_it_calls_everybody_once_and_the_books_are_right():
    """C15, C17, C21, C23: a calm day."""
    with a_line("calm", seed=3) as sim:
        account = an_account(a_provider(base_url=sim.url))
        a_campaign(account, people=12)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        Shift(account.provider).until_quiet()
        assert sim.verdict().ok
        assert len(sim.calls()) == CallAttempt.objects.count() == 12
    states = Counter(Entry.objects.values_list("state", flat=True))
    assert set(states) <= {
        EntryState.SUCCEEDED,
        EntryState.RETRY_WAIT,
        EntryState.SUPPRESSED,
        EntryState.FAILED,
    }
    assert CallRecord.objects.count() == 12
    the_books_are_right(account)


@pytest.mark.parametrize("fault", ["lost_response", "error_after_create"])
def test_it_never_dials_twice_when_answers_are_lost(fault):
    """C17: a call made behind a lost or a bad answer (500) is found by metadata, or repeated with its key."""
    scenario = {"time_scale": 600.0, "faults": {fault: 0.5}}
    with a_line(scenario, seed=5) as sim:
        account = an_account(a_provider(base_url=sim.url))
        a_campaign(account, people=12)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        Shift(account.provider).until_quiet()
        assert sim.verdict().ok
    the_books_are_right(account)


def test_it_stops_a_provider_that_wants_money():
    """C17: 402 stops the provider, tells staff, and loses nobody."""
    scenario = {"faults": {"payment_required": 1.0}}
    with a_line(scenario) as sim:
        provider = a_provider(base_url=sim.url)
        account = an_account(provider)
        a_campaign(account, people=2)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        shift = Shift(provider)
        shift.round()
        shift.line.close()
        provider.refresh_from_db()
        assert provider.stopped_at
        assert not sim.calls()
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.QUEUED}
    the_books_are_right(account)


def test_it_suppresses_who_asked_for_it():
    """C21: the wish binds the number and the document before the next claim."""
    scenario = {"time_scale": 600.0, "people": {"answer_rate": 1.0}, "connected": {"user_requested_dnc": 1.0}}
    with a_line(scenario) as sim:
        account = an_account(a_provider(base_url=sim.url))
        a_campaign(account, people=1)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        Shift(account.provider).until_quiet()
    entry = Entry.objects.get()
    assert entry.state == EntryState.SUPPRESSED
    assert set(Suppression.objects.values_list("value", flat=True)) == {
        entry.person_key,
        entry.phones[0]["number"],
    }
    assert Campaign.objects.get().state == "completed"
    assert LedgerRow.objects.filter(kind=LedgerKind.SETTLE).count() == 1
