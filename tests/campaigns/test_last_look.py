"""What came to be known of the person since the claim holds a request back (C13, C16)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.dispatch.asking import NOBODY_SAYS, ask_due
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.requests import Prepared
from campaigns.dispatch.sending import lawful_request, mark
from campaigns.dispatch.taking_back import take_back
from campaigns.models import Account, CallAttempt, Entry, Provider
from campaigns.providers import Analysis
from campaigns.rules import AttemptState, EntryReason, EntryState
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago; the first call was made three hours before and given up.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
MORNING = NOON - timedelta(hours=3)
ENDED = MORNING + timedelta(seconds=20)
WEEK = timedelta(hours=168)

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account() -> Account:
    return an_account(a_provider())


@pytest.fixture
def before(account: Account) -> UUID:
    """A call of a collection that was given up; its person stands in another campaign, too."""
    for code in ("batch-1", "batch-2"):
        made = a_campaign(account, code=code, people=1, use_case="collection")
        Entry.objects.filter(campaign=made).update(person_key="D:CL:1", earliest_at=MORNING)
    (call,) = claimed(account, now=MORNING).calls
    assert mark(call.id, now=MORNING)
    assert take_back(call.id, NOBODY_SAYS, now=NOON - timedelta(minutes=1))
    Entry.objects.update(earliest_at=MORNING)
    return call.id


def tell(call: UUID) -> None:
    """Tell that the person was spoken with in a call that was given up."""
    apply_report(call, a_talk(call, at=MORNING, analysis=Analysis(successful=False)), now=NOON)


def test_a_claimed_call_is_given_back_for_a_contact_told_since(account, before):
    """C13: whichever campaign it was in; the entry waits for its 168 hours."""
    (call,) = claimed(account, now=NOON).calls
    tell(before)
    assert lawful_request(call.id, now=NOON) is None
    entry = CallAttempt.objects.get(pk=call.id).entry
    assert (entry.state, entry.reason) == (EntryState.QUEUED, EntryReason.CONTACT_LIMIT)
    assert entry.earliest_at == ENDED + WEEK


def test_a_request_is_not_repeated_for_a_contact_told_since(account, before):
    """C13, C17: the first one may not have arrived; the call goes on being asked about."""
    with a_line("calm") as sim:
        Provider.objects.filter(name="line").update(base_url=sim.url)
        (call,) = claimed(account, now=NOON).calls
        assert mark(call.id, now=NOON)
        tell(before)
        line = line_to(Provider.objects.get(name="line"))
        try:
            CallAttempt.objects.open().update(state=AttemptState.UNKNOWN, ask_at=NOON)
            ask_due(line, account.provider_id, clock=lambda: NOON, pace=Pace(calls_per_second=1000))
        finally:
            line.close()
        assert sim.calls() == []
    assert CallAttempt.objects.get(pk=call.id).state == AttemptState.UNKNOWN


def test_an_older_contact_holds_nobody_back(account, before):
    """C13: 168 hours after it ended, to the second."""
    tell(before)
    CallAttempt.objects.filter(pk=before).update(ended_at=NOON - WEEK)
    (call,) = claimed(account, now=NOON).calls
    assert Prepared.of(call.id).verdict(NOON).is_allowed
    CallAttempt.objects.filter(pk=before).update(ended_at=NOON - WEEK + timedelta(seconds=1))
    assert not Prepared.of(call.id).verdict(NOON).is_allowed


def test_it_asks_once(account, before):
    """C16: the claim has asked for everybody; this is one look-up more for each request."""
    (call,) = claimed(account, now=NOON).calls
    prepared = Prepared.of(call.id)
    with CaptureQueriesContext(connection) as asked:
        prepared.verdict(NOON)
    assert len(asked) == 1
