"""What comes in the middle of calling: a cancel in a storm of news, an account suspended (C22, C23)."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from campaigns import actions
from campaigns.dispatch.answering import record
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.dispatch.taking_back import Back, take_back
from campaigns.models import CallAttempt, Campaign, Entry
from campaigns.providers import Accepted, Analysis, CallReport, CallStatus, Unknown
from campaigns.rules import FINAL, AttemptState, CampaignState, EntryReason, EntryState
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.test_dispatch import the_books_are_right

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)
STORMS = 12

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account():
    return an_account(a_provider())


def calling(account, people):
    """Return the claimed calls of a running campaign."""
    campaign = a_campaign(account, people=people)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    calls = [call.id for call in claimed(account, now=NOON).calls]
    assert len(calls) == people
    return campaign, calls


def told(call: UUID, *, is_won: bool = True, seconds: int = 60) -> dict[str, CallReport]:
    """Return what the provider says of a call, by the order of its life."""
    name, begun = f"call_{call.hex}", NOON + timedelta(seconds=10)
    analysis = Analysis(successful=is_won, in_voicemail=False)
    return {
        "accepted": CallReport(name, CallStatus.REGISTERED, attempt=call),
        "talking": CallReport(name, CallStatus.ONGOING, attempt=call, started_at=begun),
        "over": a_talk(call, at=begun, seconds=seconds, analysis=analysis),
    }


def news_of(call: UUID, *, is_won: bool) -> list[Callable[[], object]]:
    """Return everything that may still happen to a call whose request has left."""
    said = told(call, is_won=is_won)
    return [
        lambda: record(call, Accepted(said["accepted"].call_id, said["accepted"]), now=LATER),
        lambda: record(call, Unknown("timeout"), now=LATER),
        *(partial(apply_report, call, said[name], now=LATER) for name in ("talking", "over")),
    ]


@pytest.mark.parametrize("seed", range(STORMS))
def test_a_campaign_is_cancelled_in_a_storm(account, seed):
    """C22, C23: whatever the order of answers, news and cancel: nobody is called after it, all is paid."""
    dice, (campaign, calls) = random.Random(seed), calling(account, people=6)
    sent = calls[:4]
    assert all(mark(call, now=NOON) for call in sent)
    storm = [one for call in sent for one in news_of(call, is_won=call == sent[0]) * 2]
    dice.shuffle(storm)
    storm.insert(
        dice.randrange(len(storm)), partial(actions.cancel, code=campaign.code, reason="", now=LATER)
    )
    for happens in storm:
        happens()
    assert claimed(account, now=LATER).calls == []
    assert not any(mark(call, now=LATER) for call in calls)
    assert not CallAttempt.objects.open().exists()
    assert Campaign.objects.get(pk=campaign.pk).state == CampaignState.CANCELLED
    ends = ends_by_call(calls)
    assert ends[sent[0]] == EntryState.SUCCEEDED
    assert set(ends.values()) <= set(FINAL)
    assert CallAttempt.objects.filter(pk__in=sent, charge__gt=0).count() == len(sent)
    the_books_are_right(account)


def ends_by_call(calls: list[UUID]) -> dict[UUID, str]:
    """Return where the person of each call stands."""
    return dict(CallAttempt.objects.filter(pk__in=calls).values_list("pk", "entry__state"))


def test_an_account_is_suspended_in_mid_call(account):
    """C16, C23: the live call ends and is paid; what has not left stays until the account may call."""
    _campaign, (talking, unsent) = calling(account, people=2)
    assert mark(talking, now=NOON)
    said = told(talking)
    record(talking, Accepted(said["accepted"].call_id, said["accepted"]), now=NOON)
    apply_report(talking, said["talking"], now=NOON)
    actions.suspend_account(code=account.code)
    assert not mark(unsent, now=NOON)
    take_back(unsent, Back(EntryState.QUEUED, EntryReason.REQUEUED, NOON), now=NOON)
    assert claimed(account, now=LATER).calls == []
    apply_report(talking, said["over"], now=LATER)
    call = CallAttempt.objects.get(pk=talking)
    assert (call.state, call.charge) == (AttemptState.CLOSED, Decimal("0.17"))
    assert ends_by_call([talking, unsent]) == {talking: EntryState.SUCCEEDED, unsent: EntryState.QUEUED}
    the_books_are_right(account)
    actions.activate_account(code=account.code)
    assert len(claimed(account, now=LATER).calls) == 1
