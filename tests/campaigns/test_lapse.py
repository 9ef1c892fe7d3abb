"""A campaign whose own end has passed: nobody waits for a call that cannot come (C22)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.dispatch import lapsing, sweeping
from campaigns.dispatch.moving import Move, move
from campaigns.models import Campaign, Entry
from campaigns.rules import CampaignState, EntryReason, EntryState
from tenants.jobs.runner.run import DryRun
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed
from tests.campaigns.uploading import drift

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
END = NOON + timedelta(minutes=1)
AFTER = NOON + timedelta(minutes=2)

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def account():
    return an_account(a_provider(stopped_at=NOON))


def stand(campaign, *states):
    """Let the entries of a campaign stand in these states, in their order."""
    entries = Entry.objects.filter(campaign=campaign).order_by("id")
    steps = [
        Move(entry.pk, EntryState.QUEUED, state, EntryReason.NEW)
        for entry, state in zip(entries, states, strict=True)
    ]
    move(steps, now=NOON)


def sweep(now):
    return sweeping.sweep(DryRun({}), clock=lambda: now)


def reached(campaign):
    """Return where the campaign and its entries stand."""
    assert drift(campaign) == {}
    entries = Entry.objects.filter(campaign=campaign).order_by("id")
    return Campaign.objects.get(pk=campaign.pk).state, list(entries.values_list("state", "reason"))


def test_who_waits_ends_and_the_campaign_with_them(account):
    """C22: queued, retry_wait and on_hold end, with the reason, and the campaign completes in one sweep."""
    campaign = a_campaign(account, people=3, ends_at=END)
    stand(campaign, EntryState.QUEUED, EntryState.RETRY_WAIT, EntryState.ON_HOLD)
    counted = sweep(AFTER)
    over = (EntryState.EXHAUSTED, EntryReason.CAMPAIGN_OVER)
    assert reached(campaign) == (CampaignState.COMPLETED, [over] * 3)
    assert Campaign.objects.get(pk=campaign.pk).completed_at == AFTER
    assert counted["lapsed"] == 3
    assert "lapsed" not in sweep(AFTER)


@pytest.mark.parametrize("ends_at", [None, AFTER + timedelta(seconds=1)])
def test_before_its_end_nobody_ends(account, ends_at):
    """C22: a campaign ends when it says, and one that says nothing with its last entry."""
    campaign = a_campaign(account, people=1, ends_at=ends_at)
    sweep(AFTER)
    assert reached(campaign)[0] == CampaignState.RUNNING


def test_a_paused_campaign_is_over_too(account):
    """C22: nobody forgets it because it was paused."""
    campaign = a_campaign(account, people=1, ends_at=END)
    Campaign.objects.update(state=CampaignState.PAUSED, paused_at=NOON)
    sweep(END)
    assert reached(campaign)[0] == CampaignState.COMPLETED


def test_live_calls_finish_and_people_decide(account):
    """C22: who is being called or waits for a person keeps the campaign open, and nobody else."""
    campaign = a_campaign(account, people=3, ends_at=END)
    stand(campaign, EntryState.QUEUED, EntryState.IN_CALL, EntryState.NEEDS_REVIEW)
    sweep(AFTER)
    state, entries = reached(campaign)
    assert state == CampaignState.RUNNING
    assert [one for one, _reason in entries] == ["exhausted", "in_call", "needs_review"]


def test_an_end_that_was_put_off_holds(account):
    """J2: what is decided is asked again once the campaign is held."""
    campaign = a_campaign(account, people=1, ends_at=END)
    seen = lapsing.lapsed(clock=lambda: AFTER)
    Campaign.objects.update(ends_at=AFTER + timedelta(days=1))
    assert seen == {campaign.pk: AFTER}
    assert lapsing.lapse(campaign.pk, now=AFTER) == 0
    assert reached(campaign)[0] == CampaignState.RUNNING


def test_a_large_one_ends_in_several_commits(account, monkeypatch):
    """J6: a kill loses a commit, not the others."""
    monkeypatch.setattr(lapsing, "AT_ONCE", 2)
    campaign = a_campaign(account, people=5, ends_at=END)
    assert [lapsing.lapse(campaign.pk, now=AFTER) for _time in range(4)] == [2, 2, 1, 0]
    assert reached(campaign)[0] == CampaignState.COMPLETED


def test_nobody_is_claimed_after_the_end():
    """C15, C22: from the end on no call begins, sweep or not."""
    account = an_account(a_provider())
    a_campaign(account, people=1, ends_at=END)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    assert claimed(account, now=END).calls == []
    assert len(claimed(account, now=NOON).calls) == 1
