"""From which number a call goes out: the account's own, in turn, and never another's (C18, C21)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.dispatch.halts import Halt, halts_of
from campaigns.models import Account, CallerNumber, Campaign, Entry
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
EVERYBODYS, OWN, SECOND = "+56600000001", "+56600000002", "+56600000003"

pytestmark = pytest.mark.usefixtures("in_acme")


def calls_from(account: Account) -> set[str]:
    """Return the numbers that two calls of an account go out from."""
    a_campaign(account, people=2)
    Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    return {call.from_number for call in claimed(account, now=NOON).calls}


def an_owner(*resting: str) -> Account:
    """Return an account with two numbers of its own, some of which rest."""
    line = a_provider()
    account = an_account(line)
    for number in (OWN, SECOND):
        until = NOON + timedelta(hours=1) if number in resting else None
        account.caller_numbers.create(provider=line, number=number, rests_until=until)
    return account


def test_it_calls_from_its_own_numbers():
    """C21: each in turn."""
    assert calls_from(an_owner()) == {OWN, SECOND}


def test_it_calls_from_those_that_do_not_rest():
    """C21: others of its own call meanwhile."""
    assert calls_from(an_owner(OWN)) == {SECOND}


def test_it_calls_from_nobody_elses_while_its_own_rest():
    """C21: an account that may call from some numbers alone waits for them, and the board says so."""
    account = an_owner(OWN, SECOND)
    assert calls_from(account) == set()
    assert set(Entry.objects.values_list("state", flat=True)) == {"queued"}
    found = Campaign.objects.select_related("account__provider", "tally").get()
    (held,) = halts_of(found, now=NOON)
    assert (held.halt, held.until) == (Halt.NO_CALLER, NOON + timedelta(hours=1))


def test_an_account_without_numbers_of_its_own_has_all():
    """None chosen: all of the provider's."""
    line = a_provider()
    CallerNumber.objects.create(provider=line, number=OWN)
    assert calls_from(an_account(line)) == {EVERYBODYS, OWN}
