"""What a campaign may spend, and who waits while that is used up (C23)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from campaigns.models import Account, Campaign, Entry, Tally
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_acme")


def a_capped(account: Account, cap: str, *, people: int = 5, code: str = "batch-1") -> Campaign:
    """Return a campaign that may spend `cap`, its people due; a call holds 0.77."""
    campaign = a_campaign(account, people=people, code=code, spend_cap=Decimal(cap))
    Entry.objects.filter(campaign=campaign).update(earliest_at=NOON - timedelta(hours=1))
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
