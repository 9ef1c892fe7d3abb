"""Who asked not to be called leaves the queue at once, or at the next claim at the latest (C15, C21)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns import actions
from campaigns.actions import Reach
from campaigns.models import Account, Campaign, Entry, Suppression, Tally
from campaigns.rules import EntryState, SuppressionKind, SuppressionSource
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed

pytestmark = pytest.mark.usefixtures("in_acme")
NOW = datetime(2026, 4, 15, 16, tzinfo=UTC)
RUT = "9876543-3"
NUMBERS = ["+56987654321", "+56987654322"]


@pytest.fixture
def account() -> Account:
    return an_account(a_provider())


def person(campaign: Campaign, key: str, numbers: list[str], state: EntryState = EntryState.QUEUED) -> Entry:
    """Put one more person into a campaign."""
    number = Entry.objects.count()
    add_people(campaign, 1, first=number)
    entry = Entry.objects.get(document=str(number))
    phones = [{"number": number, "kind": "mobile", "repaired": False} for number in numbers]
    Entry.objects.filter(pk=entry.pk).update(person_key=key, phones=phones, earliest_at=NOW - timedelta(1))
    if state != EntryState.QUEUED:
        Entry.objects.filter(pk=entry.pk).update(state=state)
        Tally.objects.filter(campaign=campaign).update(queued=0, **{str(state): 1})
    return entry


def suppressed(kind: str, text: str, account: Account | None = None) -> Suppression:
    """Write a wish as a person would."""
    reach = Reach(SuppressionSource.PERSON, account)
    found, _is_new = actions.suppress(
        kind=SuppressionKind(kind), text=text, country="CL", reach=reach, now=NOW
    )
    return found


def state_of(entry: Entry) -> str:
    entry.refresh_from_db()
    return entry.state


def check(campaign: Campaign, **counts: int) -> None:
    """The tally tells what the entries are."""
    tally = Tally.objects.get(campaign=campaign)
    assert {name: getattr(tally, name) for name in counts} == counts


@pytest.mark.parametrize("state", [EntryState.QUEUED, EntryState.RETRY_WAIT, EntryState.ON_HOLD])
def test_it_ends_who_waits_by_document_at_once(account: Account, state: EntryState) -> None:
    """Suppression: the entry is at its end, its tally follows, a campaign without others completes."""
    campaign = a_campaign(account)
    entry = person(campaign, f"D:CL:{RUT}", NUMBERS, state)
    suppressed("document", "9.876.543-3")
    assert (state_of(entry), entry.reason, entry.finished_at) == ("suppressed", "do_not_call", NOW)
    check(campaign, suppressed=1, entries=1, **{str(state): 0})
    campaign.refresh_from_db()
    assert campaign.state == "completed"


@pytest.mark.parametrize("state", [EntryState.DIALING, EntryState.NEEDS_REVIEW, EntryState.SUCCEEDED])
def test_it_leaves_who_does_not_wait(account: Account, state: EntryState) -> None:
    """A live call finishes, a review waits for a person, an end is an end."""
    campaign = a_campaign(account)
    entry = person(campaign, f"D:CL:{RUT}", NUMBERS)
    finished: dict[str, Any] = {"finished_at": NOW} if state == EntryState.SUCCEEDED else {}
    Entry.objects.filter(pk=entry.pk).update(state=state, **finished)
    suppressed("document", RUT)
    assert state_of(entry) == state


def test_it_ends_a_person_of_numbers_alone_with_the_last_one(account: Account) -> None:
    """Whoever has a number left to call is called by that one."""
    entry = person(a_campaign(account), f"N:{NUMBERS[0]}", NUMBERS)
    suppressed("number", NUMBERS[0])
    assert state_of(entry) == "queued"
    suppressed("number", NUMBERS[1])
    assert state_of(entry) == "queued", "found by no index: the claim ends it"
    assert not claimed(account, now=NOW).calls
    assert state_of(entry) == "suppressed"


def test_it_ends_a_person_of_one_number_at_once(account: Account) -> None:
    campaign = a_campaign(account)
    entry, other = person(campaign, f"N:{NUMBERS[0]}", NUMBERS[:1]), person(campaign, "D:CL:1-9", NUMBERS[1:])
    suppressed("number", NUMBERS[0])
    assert (state_of(entry), state_of(other)) == ("suppressed", "queued")
    check(campaign, suppressed=1, queued=1, entries=2)


def test_it_binds_one_account_or_all(account: Account) -> None:
    """Suppression: per tenant, optionally per account."""
    provider = account.provider
    assert provider
    second = an_account(provider, code="acc-2")
    one = person(a_campaign(account), f"D:CL:{RUT}", NUMBERS[:1])
    two = person(a_campaign(second, code="batch-2"), f"D:CL:{RUT}", NUMBERS[:1])
    suppressed("document", RUT, second)
    assert (state_of(one), state_of(two)) == ("queued", "suppressed")
    suppressed("document", RUT)
    assert state_of(one) == "suppressed"


def test_it_ends_everybody_of_a_list(account: Account) -> None:
    """Lists end who waits as single wishes do, across chunks; rows are counted however often said."""
    campaign = a_campaign(account)
    add_people(campaign, 30)
    for number, entry in enumerate(Entry.objects.all()):
        Entry.objects.filter(pk=entry.pk).update(
            person_key=f"N:+569876500{number:02}", phones=[{"number": f"+569876500{number:02}"}]
        )
    texts = [f"9876500{number:02}" for number in range(20)] * 60
    lines = actions.lines_of([f"9{text[1:]}" for text in texts], SuppressionKind.NUMBER)
    reach = Reach(SuppressionSource.REGISTRY)
    done = actions.suppress_all(lines=lines, country="CL", reach=reach, now=NOW)
    assert (done.total, done.created, done.already, done.refused) == (1200, 20, 1180, 0)
    check(campaign, suppressed=20, queued=10, entries=30)


def test_it_calls_nobody_who_is_suppressed_until_it_is_lifted(account: Account) -> None:
    """C15: the claim asks; lifting lets the next campaign call."""
    campaign = a_campaign(account)
    wish = suppressed("number", NUMBERS[0])
    entry = person(campaign, f"D:CL:{RUT}", NUMBERS[:1])
    assert not claimed(account, now=NOW).calls
    assert state_of(entry) == "suppressed"
    actions.lift(suppression_id=wish.pk, now=NOW)
    again = person(a_campaign(account, code="batch-2"), f"D:CL:{RUT}", NUMBERS[:1])
    calls = claimed(account, now=NOW).calls
    assert [one.chosen.candidate.id for one in calls] == [again.pk]
