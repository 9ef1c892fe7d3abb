"""What a campaign or its account may spend, and who waits while that is used up (C23)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from campaigns import actions
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, CallAlert, CallAttempt, Campaign, Entry, Tally
from campaigns.providers import Analysis
from campaigns.queries.choosing import Choice
from campaigns.queries.lookout import lookout
from campaigns.reports.attention import of_alerts
from campaigns.rules import AlertKind, AttemptState, EntryReason, EntryState
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)

pytestmark = pytest.mark.usefixtures("in_acme")


def due(campaign: Campaign) -> None:
    """Let its people be due."""
    Entry.objects.filter(campaign=campaign).update(earliest_at=NOON - timedelta(hours=1))


def ends(call: UUID, *, seconds: int, is_analysed: bool = True) -> None:
    """Let a call be made and end after a talk."""
    mark(call, now=NOON)
    won = Analysis(successful=True) if is_analysed else None
    apply_report(call, a_talk(call, at=NOON, seconds=seconds, analysis=won), now=LATER)


def a_capped(account: Account, cap: str, *, people: int = 5, code: str = "batch-1") -> Campaign:
    """Return a campaign that may spend `cap`, its people due; a call holds 0.77."""
    campaign = a_campaign(account, people=people, code=code, spend_cap=Decimal(cap))
    due(campaign)
    return campaign


@pytest.mark.parametrize(("cap", "calls"), [("0.76", 0), ("0.77", 1), ("1.53", 1), ("1.54", 2), ("99", 5)])
def test_one_claim_stays_below_a_cap(cap, calls):
    """C23: the calls of one claim together hold no more than the cap, to the last place."""
    account = an_account(a_provider())
    a_capped(account, cap)
    assert len(claimed(account, now=NOON).calls) == calls
    assert Tally.objects.get().reserved == calls * Decimal("0.77") <= Decimal(cap)


def test_another_campaign_takes_what_a_cap_leaves():
    """C20, C23: a turn that the cap does not cover is the other campaign's."""
    account = an_account(a_provider(max_concurrent_calls=4))
    capped = a_capped(account, "0.77", people=4)
    other = a_campaign(account, code="batch-2")
    add_people(other, 4, first=100)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    began = Counter(one.chosen.candidate.campaign for one in claimed(account, now=NOON).calls)
    assert began == {capped.pk: 1, other.pk: 3}


def test_a_cap_that_open_calls_use_up_holds_nobody():
    """C23: a call pays less than it held, so people wait for its end; only then is the cap reached."""
    account = an_account(a_provider())
    a_capped(account, "1.00", people=3)
    (call,) = claimed(account, now=NOON).calls
    assert not claimed(account, now=NOON).moved
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.CLAIMED, EntryState.QUEUED}
    ends(call.id, seconds=20)
    # 0.07 of 1.00 is spent: one more may begin.
    assert len(claimed(account, now=LATER).calls) == 1
    assert not CallAlert.objects.exists()


def test_a_cap_that_is_spent_holds_the_others():
    """C23: what no open call gives back is gone; who waits is flagged."""
    account = an_account(a_provider())
    a_capped(account, "1.00", people=2)
    (call,) = claimed(account, now=NOON).calls
    ends(call.id, seconds=290)
    assert claimed(account, now=LATER).moved == 1
    assert Entry.objects.get(state=EntryState.ON_HOLD).reason == EntryReason.SPEND_CAP
    assert CallAlert.objects.get().kind == AlertKind.SPEND_CAP


def test_no_new_day_frees_whom_a_campaign_s_cap_holds():
    """C23, W5: only another cap does, and nothing else is promised."""
    account = an_account(a_provider())
    found = a_capped(account, "0.76", people=1)
    assert claimed(account, now=NOON).moved == 1
    tomorrow = NOON + timedelta(days=1)
    assert not claimed(account, now=tomorrow).calls
    (told,) = of_alerts(lookout(choice=Choice(), most=1))
    assert told.why == "Su gente espera hasta que suba el tope."
    actions.change_campaign(code=found.code, changes={"spend_cap": Decimal(1)}, now=tomorrow)
    assert len(claimed(account, now=tomorrow).calls) == 1


def test_a_balance_that_waits_for_an_analysis_holds_nobody():
    """C21, C23: an ended call holds its money until its analysis is there, at most ten minutes."""
    account = an_account(a_provider(), funds="1.00")
    due(a_campaign(account, people=2))
    (call,) = claimed(account, now=NOON).calls
    ends(call.id, seconds=20, is_analysed=False)
    assert CallAttempt.objects.get().state == AttemptState.ENDED
    assert not claimed(account, now=LATER).moved
    ends(call.id, seconds=20)
    assert len(claimed(account, now=LATER).calls) == 1


@pytest.mark.parametrize(
    "changes",
    [{"billing_type": "unlimited"}, {"price_per_minute": Decimal("0.01"), "price_setup": Decimal(0)}],
)
def test_another_plan_or_price_frees_whom_money_holds(changes):
    """C23: no row of the ledger does it, and on an unlimited plan none could."""
    account = an_account(a_provider(), funds="0")
    Account.objects.update(balance=Decimal("0.10"))
    due(a_campaign(account, people=1))
    assert claimed(account, now=NOON).moved == 1
    assert Entry.objects.get().reason == EntryReason.NO_FUNDS
    actions.change_account(code=account.code, changes={"name": "Cobros Norte"}, now=LATER)
    assert Entry.objects.get().state == EntryState.ON_HOLD
    actions.change_account(code=account.code, changes=changes, now=LATER)
    assert not CallAlert.objects.filter(cleared_at=None).exists()
    assert len(claimed(account, now=LATER).calls) == 1


def test_a_lower_price_frees_whom_a_cap_holds():
    """C23: what it leaves may cover one more call."""
    account = an_account(a_provider())
    a_capped(account, "0.76", people=1)
    assert claimed(account, now=NOON).moved == 1
    actions.change_account(code=account.code, changes={"price_setup": Decimal(0)}, now=LATER)
    assert len(claimed(account, now=LATER).calls) == 1


@pytest.mark.parametrize(("funds", "cap"), [("1000", "0.30"), ("0.30", "99")])
def test_shorter_calls_free_whom_money_or_a_cap_holds(funds, cap):
    """C23: a call holds back less; longer ones free nobody."""
    account = an_account(a_provider(), funds=funds)
    found = a_capped(account, cap, people=1)
    assert claimed(account, now=NOON).moved == 1
    Campaign.objects.update(state="paused")
    for seconds, state in ((400, EntryState.ON_HOLD), (60, EntryState.QUEUED)):
        longest = {"max_call_seconds": seconds}
        actions.change_campaign(code=found.code, changes={"call_settings": longest}, now=LATER)
        assert Entry.objects.get().state == state
    Campaign.objects.update(state="running")
    assert len(claimed(account, now=LATER).calls) == 1
