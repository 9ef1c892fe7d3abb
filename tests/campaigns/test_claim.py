"""Claiming: who is called next, and what is written down before anybody is (C15, C18–C20, C23)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from campaigns import actions
from campaigns.dispatch.requests import Prepared
from campaigns.models import Account, AccountDay, Arm, CallAttempt, Campaign, Entry, Tally
from campaigns.rules import BillingType, EntryReason, EntryState, LedgerKind
from tests.campaigns.calling import ZONE, a_campaign, a_provider, add_people, an_account, claimed
from tests.campaigns.wording import an_approved

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
MORNING = NOON - timedelta(hours=2)
BOTH = "America/Santiago|Pacific/Easter"

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


def test_each_account_pays_its_own():
    """C23: money, minutes and nothing in one claim; each balance is its ledger's sum, each day its calls."""
    line = a_provider()
    plans = (BillingType.CREDITS, BillingType.MINUTES, BillingType.UNLIMITED)
    for calls, plan in enumerate(plans, start=1):
        campaign = a_campaign(an_account(line, code=plan, billing_type=plan), code=plan)
        add_people(campaign, calls, first=calls * 10)
        due(campaign)
    assert len(claimed(Account.objects.get(code=plans[0]), now=NOON).calls) == 6
    held = [Decimal("0.77"), Decimal(2 * 5), Decimal(0)]
    for account, calls, amount in zip(Account.objects.order_by("pk"), (1, 2, 3), held, strict=True):
        assert account.balance == 1000 - amount == account.ledger.aggregate(sum=Sum("amount"))["sum"]
        assert {row.unit for row in account.ledger.all()} == {account.unit}
        assert account.ledger.filter(kind=LedgerKind.RESERVE).count() == calls
        day = AccountDay.objects.get(account=account)
        assert (day.calls, day.reserved, day.charged) == (calls, amount, Decimal(0))


def test_it_notes_the_script_and_the_number():
    """C21, A/B: the number that rings is noted with the claim, and an arm once given stays."""
    account = an_account(a_provider())
    campaign, versions = a_campaign(account), [an_approved(name) for name in ("Uno", "Dos")]
    arms = [Arm.objects.create(campaign=campaign, version=each) for each in versions]
    add_people(campaign, 2, phones=2)
    Entry.objects.filter(document="0").update(next_phone=1, arm=arms[1])
    due(campaign)
    calls = {one.chosen.candidate.id: one for one in claimed(account, now=NOON).calls}
    first, second = Entry.objects.select_related("arm").order_by("document")
    for entry in (first, second):
        assert entry.arm is not None
        assert calls[entry.pk].version == entry.arm.version_id
        assert calls[entry.pk].chosen.number == entry.phones[entry.next_phone]["number"]
    assert (first.arm, first.next_phone, second.next_phone) == (arms[1], 1, 0)


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


def a_short_morning(account: Account, *, apart: int, together: int) -> Campaign:
    """Return a campaign of two hours a day; some of its people have two clocks two hours apart."""
    morning = {"allowed_call_hours": {"start": "09:00", "end": "11:00"}}
    found = a_campaign(account, people=apart + together, settings=morning)
    Campaign.objects.filter(pk=found.pk).update(zones=[ZONE, BOTH])
    rows = Entry.objects.filter(campaign=found).order_by("pk").values_list("pk", flat=True)
    Entry.objects.filter(pk__in=list(rows[:apart])).update(zones=BOTH)
    Entry.objects.filter(campaign=found).update(earliest_at=MORNING - timedelta(hours=3))
    return found


@pytest.mark.parametrize("now", [MORNING, MORNING - timedelta(minutes=90)])
def test_it_holds_whom_no_moment_suits(now):
    """C14: once, and at any hour; who may be called is called."""
    account = an_account(a_provider())
    a_short_morning(account, apart=2, together=1)
    found = claimed(account, now=now)
    assert (len(found.calls), found.moved) == (int(now == MORNING), 2)
    held = Entry.objects.filter(zones=BOTH)
    assert set(held.values_list("state", "reason")) == {(EntryState.ON_HOLD, EntryReason.NO_LEGAL_TIME)}
    again = claimed(account, now=now)
    assert (len(again.calls), again.moved) == (0, 0)


def test_who_is_held_comes_back_with_hours_that_suit():
    """C14: the cure of clocks that never agree; nobody asks each person's row for it."""
    account = an_account(a_provider())
    found = a_short_morning(account, apart=1, together=0)
    assert claimed(account, now=MORNING).moved == 1
    Campaign.objects.update(state="paused")
    noon = {"allowed_call_hours": {"start": "09:00", "end": "18:00"}}
    actions.change_campaign(code=found.code, changes={"call_settings": noon}, now=MORNING)
    Campaign.objects.update(state="running")
    assert len(claimed(account, now=NOON).calls) == 1


def test_it_holds_who_is_in_a_country_whose_holidays_nobody_knows():
    """C14: also whom the account had queued before."""
    account = an_account(a_provider())
    due(a_campaign(account, people=1))
    Account.objects.update(country="XX")
    assert claimed(account, now=NOON).moved == 1
    entry = Entry.objects.get()
    assert (entry.state, entry.reason) == (EntryState.ON_HOLD, EntryReason.UNKNOWN_ZONE)
