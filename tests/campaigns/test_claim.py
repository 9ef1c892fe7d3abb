"""Claiming: who is called next, and what is written down before anybody is (C15, C18–C20, C23)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from campaigns.dispatch.requests import Prepared
from campaigns.models import Account, CallAttempt, Entry, Tally
from campaigns.rules import EntryReason, EntryState
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_acme")


def due(campaign):
    Entry.objects.filter(campaign=campaign).update(earliest_at=NOON - timedelta(hours=1))


def test_it_writes_a_claim_down_whole():
    """C15: attempt, reserve, step and tally are one."""
    account = an_account(a_provider())
    campaign = a_campaign(account, people=3)
    due(campaign)
    found = claimed(account, now=NOON)
    assert len(found.calls) == 3
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.CLAIMED}
    tally = Tally.objects.get(campaign=campaign)
    assert (tally.queued, tally.claimed, tally.reserved) == (0, 3, Decimal("2.31"))
    account.refresh_from_db()
    assert account.balance == Decimal("997.69") == account.ledger.aggregate(sum=Sum("amount"))["sum"]
    assert {one.reserved for one in CallAttempt.objects.all()} == {Decimal("0.77")}


def test_it_claims_nobody_outside_the_hours():
    """C12, C13: at night everybody waits, and the next look is at the opening."""
    account = an_account(a_provider())
    due(a_campaign(account, people=1))
    night = datetime(2026, 4, 15, 3, 0, tzinfo=UTC)
    found = claimed(account, now=night)
    assert not found.calls
    assert found.look_at == datetime(2026, 4, 15, 13, 0, tzinfo=UTC)


def test_it_shares_by_priority():
    """C20: three calls for one."""
    account = an_account(a_provider(max_concurrent_calls=8))
    light, heavy = a_campaign(account, people=20), a_campaign(account, code="batch-2", priority=3)
    add_people(heavy, 20, first=100)
    due(light)
    due(heavy)
    calls = claimed(account, now=NOON).calls
    counted = [one.chosen.candidate.campaign for one in calls]
    assert (counted.count(light.pk), counted.count(heavy.pk)) == (2, 6)


def test_it_never_overdraws():
    """C23: an account that can pay for two calls begins two; the third waits for their end."""
    account = an_account(a_provider(), funds="1.60")
    campaign = a_campaign(account, people=3)
    due(campaign)
    assert len(claimed(account, now=NOON).calls) == 2
    assert not claimed(account, now=NOON).calls
    assert Entry.objects.filter(state=EntryState.QUEUED).count() == 1


def test_it_holds_who_cannot_be_paid_for():
    """C23: without funds, and without calls that may free some, entries are on hold and say why."""
    account = an_account(a_provider(), funds="0.50")
    due(a_campaign(account, people=2))
    found = claimed(account, now=NOON)
    assert (len(found.calls), found.moved) == (0, 2)
    assert set(Entry.objects.values_list("state", "reason")) == {(EntryState.ON_HOLD, EntryReason.NO_FUNDS)}
    assert Account.objects.get().balance == Decimal("0.5")


@pytest.mark.parametrize(
    ("worked", "extra", "calls"), [([], [], 0), (["2026-12-08"], [], 1), ([], ["2026-12-09"], 0)]
)
def test_an_account_lifts_and_adds_holidays(worked, extra, calls):
    """C13, C15, C16: the claim and the question just before the request ask for the account's own days."""
    account = an_account(a_provider(), worked_holidays=worked, extra_holidays=extra)
    campaign = a_campaign(account, people=1)
    # A public holiday on a Tuesday, else the Wednesday after it; 12:00 in Santiago.
    day = 9 if extra else 8
    noon = datetime(2026, 12, day, 15, 0, tzinfo=UTC)
    Entry.objects.filter(campaign=campaign).update(earliest_at=noon - timedelta(hours=1))
    found = claimed(account, now=noon)
    assert len(found.calls) == calls
    if calls:
        assert Prepared.of(found.calls[0].id).verdict(noon).is_allowed


def test_a_lifted_holiday_opens_no_closed_hour():
    """C13: hours and weekdays of the frame hold on it like on any day."""
    account = an_account(a_provider(), worked_holidays=["2026-12-08"])
    campaign = a_campaign(account, people=1)
    night = datetime(2026, 12, 9, 1, 0, tzinfo=UTC)
    Entry.objects.filter(campaign=campaign).update(earliest_at=night - timedelta(hours=1))
    assert claimed(account, now=night).calls == []
