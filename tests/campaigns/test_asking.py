"""Asking a provider about calls that it does not know any more: each comes to an end (C17, C21)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from campaigns.dispatch.asking import UNSETTLED, ask_due
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.dispatch.taking_back import Back, take_back
from campaigns.models import Account, CallAlert, CallAttempt, Campaign, Entry, Provider
from campaigns.providers import Analysis
from campaigns.rules import AlertKind, AttemptState, EntryReason, EntryState, Outcome
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_line, a_provider, add_people, an_account, claimed
from tests.campaigns.test_dispatch import the_books_are_right

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


def unsettleable() -> None:
    """Spoil what is needed to settle any call: the settings of its campaign."""
    Campaign.objects.update(call_settings={"spoiled": True})


def test_a_call_that_nobody_can_settle_ends_with_a_person(account):
    """C17, C21, C23: after twelve hours, once; its money is free, and staff are told."""
    ended(account, "user_hangup")
    unsettleable()
    assert ask(account, 11) == 1
    assert ask(account, 12 * 60) == 1
    assert CallAttempt.objects.get().state == AttemptState.ENDED
    assert ask(account, 12 * 60 + 6) == 1
    assert not ask(account, 24 * 60)
    call, entry = CallAttempt.objects.get(), Entry.objects.get()
    assert (call.state, call.outcome) == (AttemptState.CLOSED, Outcome.UNSENT)
    assert call.charge == 0
    # Somebody was spoken with (C13).
    assert (call.is_counted, call.is_contact) == (True, True)
    assert (entry.state, entry.reason) == (EntryState.NEEDS_REVIEW, EntryReason.UNCONFIRMED)
    alert = CallAlert.objects.get()
    assert (alert.kind, alert.subject) == (AlertKind.CALL_UNSETTLED, str(call.campaign_id))
    the_books_are_right(account)


def test_what_is_told_of_it_later_is_settled_once_it_can_be(account):
    """C21, C23: the wish, the contact and the price are not lost with the fault."""
    ended(account, "user_hangup")
    settings = Campaign.objects.values_list("call_settings", flat=True).get()
    unsettleable()
    ask(account, 12 * 60 + 1)
    Campaign.objects.update(call_settings=settings)
    call = CallAttempt.objects.get()
    assert call.outcome == Outcome.UNSENT
    told = a_talk(call.pk, at=NOON, analysis=Analysis(successful=True))
    apply_report(call.pk, told, now=NOON + timedelta(hours=13))
    call.refresh_from_db()
    assert (call.outcome, call.is_contact) == (Outcome.CONVERSED, True)
    the_books_are_right(account)


def test_a_late_end_that_nobody_can_settle_is_not_asked_about_for_ever(account):
    """C21: it was given up before; the entry is with its person."""
    ended(account, "user_hangup")
    assert take_back(CallAttempt.objects.get().pk, UNSETTLED, now=NOON + timedelta(hours=4))
    CallAttempt.objects.update(ask_at=NOON + timedelta(hours=5))
    unsettleable()
    assert ask(account, 6 * 60) == 1
    assert ask(account, 12 * 60 + 6) == 1
    assert not CallAlert.objects.exists()  # its end was told hours after the claim
    assert ask(account, 16 * 60 + 6) == 1
    assert not ask(account, 24 * 60)
    assert CallAlert.objects.get().kind == AlertKind.CALL_UNSETTLED
    the_books_are_right(account)


def test_a_call_that_cannot_even_be_given_up_keeps_no_other_one_waiting(account, caplog, monkeypatch):
    """C17: each fault is told with its trace; the other call ends."""
    ended(account, "user_hangup")
    ended(account, "user_hangup", code="batch-2", first=1)
    unsettleable()
    first = CallAttempt.objects.order_by("pk")[0]

    def one_only(attempt: UUID, back: Back, *, now: datetime) -> bool:
        if attempt == first.pk:
            raise ValueError("no way")
        return take_back(attempt, back, now=now)

    monkeypatch.setattr("campaigns.dispatch.asking.take_back", one_only)
    assert ask(account, 12 * 60 + 1) == 2
    assert f"call {first.pk} cannot be given up" in caplog.text
    assert CallAttempt.objects.open().get() == first


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
