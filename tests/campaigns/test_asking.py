"""Asking a provider about calls that it does not know any more: each comes to an end (C17, C21)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.dispatch.asking import ask_due
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, CallAttempt, Campaign, Entry, Provider
from campaigns.rules import AttemptState, EntryReason, EntryState, Outcome
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_line, a_provider, add_people, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account():
    """An account whose provider answers, and knows of no call."""
    with a_line("calm") as sim:
        yield an_account(a_provider(base_url=sim.url))


def ended(account: Account, reason: str, *, code: str = "batch-1", first: int = 0) -> None:
    """Let a call end after a talk, its analysis still to come."""
    add_people(a_campaign(account, code=code), 1, first=first)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    (call,) = claimed(account, now=NOON).calls
    assert mark(call.id, now=NOON)
    apply_report(call.id, a_talk(call.id, at=NOON, reason=reason), now=NOON + timedelta(seconds=30))


def ask(account: Account, minutes: int) -> int:
    """Ask about whoever is due so many minutes after noon."""
    provider = Provider.objects.get(accounts=account)
    line, moment = line_to(provider), NOON + timedelta(minutes=minutes)
    try:
        return ask_due(line, provider.pk, clock=lambda: moment, pace=Pace(calls_per_second=1000))
    finally:
        line.close()


@pytest.mark.parametrize(
    ("reason", "outcome", "state", "why"),
    [
        ("user_hangup", Outcome.CONVERSED, EntryState.NEEDS_REVIEW, EntryReason.NO_ANALYSIS),
        ("user_requested_callback", Outcome.CALLBACK, EntryState.RETRY_WAIT, EntryReason.CALLBACK_ASKED),
    ],
)
def test_an_ended_call_that_is_gone_is_settled_without_its_analysis(account, reason, outcome, state, why):
    """C21: no analysis ten minutes after the end; what was told of the call decides."""
    ended(account, reason)
    assert ask(account, 11) == 1
    entry, call = Entry.objects.get(), CallAttempt.objects.get()
    assert (entry.state, entry.reason) == (state, why)
    assert (call.outcome, call.duration_ms, call.ask_at) == (outcome, 20_000, None)
    account.refresh_from_db()
    # A set-up, and a third of a minute.
    assert str(account.balance) == "999.9300"
    assert ask(account, 60) == 0


def test_it_is_not_asked_again_before_it_is_time(account):
    """C17: until then the analysis may still come, and nobody asks at every round."""
    ended(account, "user_hangup")
    assert (ask(account, 3), ask(account, 3)) == (1, 0)
    assert Entry.objects.get().state == EntryState.CLAIMED


def test_a_call_that_nobody_can_settle_keeps_no_other_one_waiting(account, caplog):
    """C17: its fault is written down, and it is asked about again later."""
    ended(account, "user_hangup")
    ended(account, "user_hangup", code="batch-2", first=1)
    broken, sound = CallAttempt.objects.order_by("campaign")
    # Whatever no code expects.
    Campaign.objects.filter(pk=broken.campaign_id).update(call_settings={})
    assert ask(account, 11) == 2
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == (AttemptState.ENDED, AttemptState.CLOSED)
    assert broken.ask_at is not None
    assert broken.ask_at > NOON + timedelta(minutes=11)
    assert str(broken.pk) in caplog.text
