"""Simulated calls may live by a clock of their own: so does what people do to their campaign (F7, C22)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import actions
from campaigns.dispatch.moving import Move, move
from campaigns.models import Campaign, Entry, Provider
from campaigns.rules import CampaignState, EntryReason, EntryState
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago; by our clock it is the Saturday after, when nobody may be called.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
BEHIND = timedelta(days=3)
OURS = NOON + BEHIND

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture(autouse=True)
def shifted(settings):
    settings.CALL_CLOCK_SHIFT = -int(BEHIND.total_seconds())


@pytest.fixture
def account():
    return an_account(a_provider())


@pytest.fixture
def campaign(account):
    """A campaign of two, brought in by our clock a minute ago."""
    made = a_campaign(account, people=2)
    Campaign.objects.update(state=CampaignState.READY, started_at=None)
    Entry.objects.update(earliest_at=OURS - timedelta(minutes=1))
    return made


def stands(campaign):
    return Campaign.objects.get(pk=campaign.pk)


def test_who_was_brought_in_a_minute_ago_is_called_at_once(campaign, account):
    """F7: nobody waits for our clock in the demo."""
    actions.launch(code=campaign.code, now=OURS)
    assert stands(campaign).started_at == NOON
    assert len(claimed(account, now=NOON).calls) == 2


def test_nothing_ends_before_it_began(campaign, account):
    """C22: begun, paused and ended by one clock, whoever ends it."""
    actions.launch(code=campaign.code, now=OURS)
    actions.pause(code=campaign.code, now=OURS + timedelta(minutes=1))
    assert stands(campaign).paused_at == NOON + timedelta(minutes=1)
    actions.cancel(code=campaign.code, reason="", now=OURS + timedelta(minutes=2))
    found = stands(campaign)
    assert (found.started_at, found.completed_at) == (NOON, NOON + timedelta(minutes=2))
    ends = set(Entry.objects.values_list("finished_at", flat=True))
    assert ends == {NOON + timedelta(minutes=2)}


def test_calls_count_from_the_moment_a_provider_is_started(account, settings):
    """C21: by the clock of its calls, or the breaker would be deaf until that one has come so far."""
    settings.SIMULATOR_KEY = "key"
    assert actions.start_provider(provider_id=account.provider_id, now=OURS).breaker_until == NOON


@pytest.mark.parametrize("many", [False, True])
def test_who_is_put_back_is_due_at_once(campaign, many):
    """C21: by a person's decision, about one or about many."""
    actions.launch(code=campaign.code, now=OURS)
    numbers = list(Entry.objects.values_list("pk", flat=True))
    steps = [Move(one, EntryState.QUEUED, EntryState.NEEDS_REVIEW, EntryReason.NEW) for one in numbers]
    move(steps, now=NOON)
    if many:
        actions.decide_many(decision=actions.Decision.REQUEUE, numbers=numbers, now=OURS)
    else:
        for number in numbers:
            actions.requeue(number=number, now=OURS)
    assert set(Entry.objects.values_list("earliest_at", flat=True)) == {NOON}


def test_real_calls_have_our_clock(campaign, settings):
    """C12: no setting shifts it."""
    settings.RETELL_KEYS = {"": ("key",)}
    Provider.objects.update(kind="retell")
    tuesday = OURS + timedelta(days=3)
    actions.launch(code=campaign.code, now=tuesday)
    assert stands(campaign).started_at == tuesday
    assert set(Entry.objects.values_list("earliest_at", flat=True)) == {OURS - timedelta(minutes=1)}
