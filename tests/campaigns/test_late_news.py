"""A call that was given up as not made, and of which the provider tells the end after all (C13, C21, C23)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from campaigns import actions
from campaigns.dispatch.answering import accept, record
from campaigns.dispatch.asking import NOBODY_SAYS, ask_due
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.money import NOTHING
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.dispatch.taking_back import take_back
from campaigns.dispatch.waking import hurry_all, next_ask
from campaigns.models import Account, AccountDay, CallAttempt, Campaign, Entry, Provider, Suppression, Tally
from campaigns.providers import Analysis, CallProvider, Unknown
from campaigns.rules import ANALYSIS_WITHIN, AttemptState, EntryReason, EntryState, Outcome
from campaigns.simulator.asking import Reply, error
from config.chaos.judging import breaches
from tenants.jobs.models import Job
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account, claimed
from tests.campaigns.test_dispatch import the_books_are_right
from tests.campaigns.test_no_word import NOWHERE

# A Wednesday, 12:00 in Santiago; given up three hours later.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
GIVEN_UP = NOON + timedelta(hours=3)
LATE = NOON + timedelta(hours=5)
ONGOING = Reply(200, b'{"call_id": "call_1", "call_status": "ongoing", "metadata": {}}')
CHARGE = Decimal("0.07")  # a set-up, and a third of a minute

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account() -> Account:
    return an_account(a_provider())


def given_up(account: Account) -> UUID:
    """Return a call of which nobody told anything for three hours."""
    a_campaign(account, people=1, use_case="collection")
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    (call,) = claimed(account, now=NOON).calls
    assert mark(call.id, now=NOON)
    record(call.id, Unknown("timeout"), now=NOON)
    assert take_back(call.id, NOBODY_SAYS, now=GIVEN_UP)
    return call.id


def tell(call: UUID, reason: str = "user_hangup", *, analysis: Analysis | None = None) -> CallAttempt:
    apply_report(call, a_talk(call, at=NOON, reason=reason, analysis=analysis), now=LATE)
    return CallAttempt.objects.get(pk=call)


def a_day() -> tuple[int, Decimal, Decimal]:
    day = AccountDay.objects.get()
    return day.calls, day.charged, day.reserved


def the_call_is_like_the_providers(call: UUID) -> None:
    """Ledger, day, tally and call add up (C23)."""
    assert breaches([{"call_id": f"call_{call.hex}", "duration_ms": 20_000}]) == []


@contextmanager
def the_provider(*told: Reply) -> Iterator[CallProvider]:
    """Open a line to a provider that says this of any call; without it, to one that is gone."""
    with a_line("calm") as served:
        if told:
            served._desk.serve("GET", "/v2/get-call/", lambda _call, _body: told[0])
        Provider.objects.update(base_url=served.url if told else NOWHERE)
        line = line_to(Provider.objects.get(name="line"))
        try:
            yield line
        finally:
            line.close()


def look(line: CallProvider, *, at: datetime) -> int:
    provider = Provider.objects.get(name="line").pk
    return ask_due(line, provider, clock=lambda: at, pace=Pace(calls_per_second=1000))


def test_its_end_waits_for_the_analysis(account):
    """C13, C21: what was a machine is no contact, however late it is told."""
    call = given_up(account)
    assert (told := tell(call)).outcome == Outcome.UNSENT
    assert (told.ended_at, told.ask_at) == (NOON + timedelta(seconds=20), LATE + ANALYSIS_WITHIN)
    the_books_are_right(account)
    told = tell(call, analysis=Analysis(in_voicemail=True))
    assert (told.outcome, told.is_contact, told.ask_at) == (Outcome.MACHINE, False, None)
    assert (Entry.objects.get().is_reached, Tally.objects.get().reached) == (False, 0)
    the_books_are_right(account)
    the_call_is_like_the_providers(call)


def test_its_promise_is_kept(account):
    """W1, C21: though the end was told first."""
    call = given_up(account)
    tell(call)
    tell(call, analysis=Analysis(successful=True, custom={"fecha_pago_cliente": "2026-04-20"}))
    assert Entry.objects.get().promise_on == date(2026, 4, 20)
    assert Tally.objects.get().promised == 1


def test_nobody_calls_the_person_while_the_analysis_is_to_come(account):
    """C13, C15: the talk may have been a contact, in whichever campaign the next call would be."""
    call = given_up(account)
    other = a_campaign(account, code="batch-2", people=1)
    Entry.objects.filter(campaign=other).update(person_key=CallAttempt.objects.get().person_key)
    Entry.objects.update(earliest_at=NOON)
    tell(call)
    assert not claimed(account, now=LATE).calls
    assert Entry.objects.get(campaign=other).reason == EntryReason.PERSON_AT_WORK


def test_a_claimed_call_stays_when_such_an_end_is_told(account):
    """C13, C16: between the claim and the request."""
    call = given_up(account)
    actions.requeue(number=Entry.objects.get().pk, now=LATE)
    (again,) = claimed(account, now=LATE).calls
    tell(call)
    assert not mark(again.id, now=LATE)


@pytest.mark.parametrize("told", [(), (Reply(200, b"<html>"),), (error(404),), (error(422),), (ONGOING,)])
def test_ten_minutes_later_it_is_settled_as_it_is_known_once(account, told):
    """C21: whatever the provider says or does not say then."""
    call = given_up(account)
    tell(call)
    with the_provider(*told) as line:
        assert not look(line, at=LATE + ANALYSIS_WITHIN - timedelta(seconds=1))
        assert look(line, at=LATE + ANALYSIS_WITHIN) == 1
        assert not look(line, at=LATE + timedelta(hours=1))
    told = CallAttempt.objects.get()
    assert (told.outcome, told.is_contact, told.charge) == (Outcome.CONVERSED, True, CHARGE)
    assert Entry.objects.get().state == EntryState.NEEDS_REVIEW
    the_books_are_right(account)
    the_call_is_like_the_providers(call)


def test_its_dispatcher_is_woken_for_it(account):
    """J1, C21: though nobody is called any more, by the sweep and at its very moment."""
    tell(given_up(account))
    Campaign.objects.update(state="paused")
    Job.objects.all().delete()
    assert hurry_all() == 1
    assert next_ask(account.provider_id) == LATE + ANALYSIS_WITHIN


def test_it_is_paid_once_and_the_entry_stays_with_the_person_who_reviews(account):
    """C23: however often it is told; nobody loses the decision to it."""
    call = given_up(account)
    tell(call)
    tell(call)
    told = tell(call, analysis=Analysis(successful=True))
    assert (told.state, told.outcome, told.charge) == (AttemptState.CLOSED, Outcome.CONVERSED, CHARGE)
    assert (told.closed_at, told.is_goal_met) == (GIVEN_UP, True)
    entry = Entry.objects.get()
    assert (entry.state, entry.reason) == (EntryState.NEEDS_REVIEW, EntryReason.UNCONFIRMED)
    assert (entry.attempts, entry.charged, entry.is_reached) == (1, CHARGE, True)
    assert a_day() == (1, CHARGE, NOTHING)
    assert Tally.objects.get().talk_ms == 20_000
    the_books_are_right(account)
    the_call_is_like_the_providers(call)


def test_it_is_a_contact(account):
    """C13: called again by the person who reviews, nobody rings for 168 hours after the talk."""
    ended_at = tell(given_up(account), analysis=Analysis(successful=False)).ended_at
    assert ended_at == NOON + timedelta(seconds=20)
    actions.requeue(number=Entry.objects.get().pk, now=LATE)
    assert not claimed(account, now=LATE).calls
    entry = Entry.objects.get()
    assert (entry.reason, entry.earliest_at) == (EntryReason.CONTACT_LIMIT, ended_at + timedelta(hours=168))


def test_a_wish_not_to_be_called_is_kept(account):
    """C21: before the next claim, whenever it is told."""
    call = given_up(account)
    tell(call, "user_requested_dnc")
    assert set(Suppression.objects.values_list("attempt", flat=True)) == {call}
    assert Entry.objects.get().state == EntryState.NEEDS_REVIEW


def test_nobody_is_overdrawn_by_it(account):
    """C23: its reserve was given back, and may be spent."""
    call = given_up(account)
    actions.adjust(code=account.code, amount=Decimal("-999.95"), now=LATE)
    assert tell(call, analysis=Analysis(successful=True)).charge == Decimal("0.05")
    account.refresh_from_db()
    assert account.balance == 0
    the_books_are_right(account)


def test_of_an_erased_person_only_the_numbers_are_told(account):
    """S19: no wish is written for nobody."""
    call = given_up(account)
    Entry.objects.update(person_key="X:1", phones=[], document="")
    CallAttempt.objects.update(person_key="X:1", to_number="X:1")
    assert tell(call, "user_requested_dnc").charge == CHARGE
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("order", [1, -1])
def test_it_takes_nothing_from_a_newer_call(account, order):
    """C21, W1: a person called again meanwhile was dialled once, and promised the newer day."""
    call = given_up(account)
    CallAttempt.objects.update(accepted_at=NOON)
    actions.requeue(number=Entry.objects.get().pk, now=GIVEN_UP)
    (again,) = claimed(account, now=GIVEN_UP).calls
    assert mark(again.id, now=GIVEN_UP)
    accept(again.id, "call_newer", now=GIVEN_UP)
    for each, day in ((again.id, "2026-04-24"), (call, "2026-04-20"))[::order]:
        tell(each, analysis=Analysis(successful=True, custom={"fecha_pago_cliente": day}))
        assert Tally.objects.get().dialled == 1
    assert Entry.objects.get().promise_on == date(2026, 4, 24)
