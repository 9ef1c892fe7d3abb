"""Whose turn it is when a campaign has people and can call none of them: it keeps no other back (C20)."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.models import Account, CallAttempt, Campaign, Entry, Provider
from campaigns.rules import BreakerState, EntryReason
from tests.campaigns.calling import a_campaign, a_provider, add_people, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
RESTED = NOON + timedelta(hours=24)
SECOND = timedelta(seconds=1)
NEW = {"reason": EntryReason.NEW}

pytestmark = pytest.mark.usefixtures("in_acme")


@pytest.fixture
def line() -> Provider:
    """Return a provider that takes one call a second, as a new one does: one for each claim."""
    return a_provider(calls_per_second=1.0)


def with_people(campaign: Campaign, people: int, *, first: int) -> Campaign:
    """Add people who are due for an hour; numbers from `first` on are theirs alone."""
    add_people(campaign, people, first=first)
    Entry.objects.filter(campaign=campaign, **NEW).update(earliest_at=NOON - timedelta(hours=1))
    return campaign


def resting(line: Provider, **values: Any) -> Campaign:
    """Return a campaign of an account with two numbers of its own, both of which rest for a day."""
    account = an_account(line, code="resting")
    for number in ("+56600000002", "+56600000003"):
        account.caller_numbers.create(provider=line, number=number, rests_until=RESTED)
    return with_people(a_campaign(account, code="resting", **values), 20, first=1000)


def spoken_with(campaign: Campaign) -> None:
    """Let everybody of a campaign have been spoken with yesterday, which bars them for a week (CL)."""
    at = NOON - timedelta(days=1)
    moments = dict.fromkeys(("lease_until", "claimed_at", "sent_at", "ended_at", "closed_at"), at)
    CallAttempt.objects.bulk_create(
        CallAttempt(
            entry=entry,
            campaign=campaign,
            account=campaign.account,
            provider=campaign.account.provider,
            number=1,
            person_key=entry.person_key,
            to_number=entry.phones[0]["number"],
            state="closed",
            on=at.date(),
            max_call_seconds=300,
            reserved=0,
            is_counted=True,
            is_contact=True,
            **moments,
        )
        for entry in Entry.objects.filter(campaign=campaign)
    )


def barred(account: Account, people: int, **values: Any) -> Campaign:
    """Return a campaign all of whose people were spoken with."""
    made = with_people(a_campaign(account, **values), people, first=0)
    spoken_with(made)
    return made


def called(campaign: Campaign, *, rounds: int, now: datetime = NOON) -> list[Campaign]:
    """Return whom as many claims call for, a second apart, at the provider of a campaign."""
    calls = [claimed(campaign.account, now=now + SECOND * number).calls for number in range(rounds)]
    campaigns = Campaign.objects.in_bulk()
    return [campaigns[one.chosen.candidate.campaign] for each in calls for one in each]


def test_an_account_whose_numbers_rest_takes_no_turns(line):
    """C20, C21: only its numbers rest; afterwards it has its share and not what it missed."""
    barred = resting(line)
    free = with_people(a_campaign(an_account(line), priority=3), 30, first=0)
    assert called(free, rounds=8) == [free] * 8
    assert Counter(called(free, rounds=8, now=RESTED)) == {barred: 2, free: 6}


def test_an_account_whose_numbers_rest_does_not_try_for_the_others(line):
    """C18, C20: behind an open breaker one call tries, and it is one that can be made."""
    resting(line, priority=3)
    free = with_people(a_campaign(an_account(line)), 2, first=0)
    Provider.objects.update(breaker=BreakerState.PROBING, breaker_until=NOON - timedelta(minutes=1))
    assert called(free, rounds=1) == [free]


def test_people_who_cannot_be_called_keep_no_other_campaign_back(line):
    """C13, C20: however many they are, they wait for next week a few hundred at a time."""
    account = an_account(line)
    spoken = barred(account, 1_200, priority=3)
    free = with_people(a_campaign(account, code="batch-2"), 3, first=2_000)
    assert called(free, rounds=2) == [free]
    put_off = Entry.objects.filter(campaign=spoken, reason=EntryReason.CONTACT_LIMIT, earliest_at__gt=NOON)
    assert put_off.count() >= 400


def test_who_can_be_called_is_found_behind_those_who_cannot(line):
    """C20: the oldest first, so a campaign's share waits for nobody who is barred."""
    account = an_account(line)
    spoken = barred(account, 1_200)
    with_people(spoken, 5, first=2_000)
    free = with_people(a_campaign(account, code="batch-2"), 30, first=3_000)
    # Two of its turns find nobody.
    assert Counter(called(free, rounds=11)) == {free: 5, spoken: 4}


def test_a_few_who_cannot_be_called_cost_no_turn(line):
    """C20: whoever follows them is called in the same claim, and each campaign has its share."""
    account = an_account(line)
    spoken = barred(account, 10)
    with_people(spoken, 10, first=2_000)
    free = with_people(a_campaign(account, code="batch-2"), 10, first=3_000)
    assert Counter(called(free, rounds=6)) == {free: 3, spoken: 3}


def test_a_campaign_that_waits_for_a_line_keeps_its_turn():
    """C18, C20: whom the account's last line was taken from loses nothing by it."""
    account = an_account(a_provider(), max_concurrent_calls=1)
    first = with_people(a_campaign(account), 4, first=0)
    second = with_people(a_campaign(account, code="batch-2"), 4, first=100)
    begun = []
    for number in range(4):
        begun += called(first, rounds=1, now=NOON + SECOND * number)
        CallAttempt.objects.open().update(state="closed", closed_at=NOON, outcome="unsent")
    assert Counter(begun) == {first: 2, second: 2}
