"""Claiming beside another provider's calls: what a person has behind them, what lines are held (C13, C18)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from campaigns.dispatch.claiming import claim
from campaigns.dispatch.desk import Desk
from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Account, Entry, Provider
from campaigns.providers import Analysis
from campaigns.queries.board import Lines, lines_of
from campaigns.queries.campaigns import campaign_numbered
from campaigns.rules import EntryReason, EntryState
from tests.campaigns.called import a_talk
from tests.campaigns.calling import a_campaign, a_provider, an_account, claimed

# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=2)

pytestmark = pytest.mark.usefixtures("in_acme")


def won(call):
    """Return a minute's talk that met its goal."""
    return a_talk(call, at=NOON, seconds=60, analysis=Analysis(successful=True))


@pytest.mark.parametrize("moment", [1, 2])
def test_a_contact_that_ends_between_two_questions_counts(moment):
    """C13: whichever question about a person's calls it comes before, the week after it is theirs."""
    here, there = a_provider(name="here"), a_provider(name="there")
    first, second = an_account(here, code="first"), an_account(there, code="second")
    a_campaign(first, people=1)
    mine = a_campaign(second, code="batch-2", people=1)
    Entry.objects.update(
        earliest_at=NOON - timedelta(hours=1), person_key="D:CL:1-9", phones=[{"number": "+56980000009"}]
    )
    (call,) = claimed(first, now=NOON).calls
    assert mark(call.id, now=NOON)
    asked = []

    def ends_before(execute, sql, params, many, context):
        asked.extend([sql] if "campaigns_callattempt" in sql and "%(keys)s" in sql else [])
        if len(asked) == moment:
            asked.append("")  # once
            apply_report(call.id, won(call.id), now=LATER)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ends_before):
        found = claimed(second, now=LATER)
    assert len(asked) == 3
    assert not found.calls
    entry = Entry.objects.get(campaign=mine)
    assert entry.state == EntryState.QUEUED
    assert entry.reason in {EntryReason.CONTACT_LIMIT, EntryReason.PERSON_AT_WORK}


@pytest.fixture
def moved():
    """Let an account call twice here and then leave for another provider, its calls still open."""

    def move(**settings):
        here, there = a_provider(name="here", max_concurrent_calls=2), a_provider(name="there")
        account = an_account(here, **settings.pop("account", {}))
        made = a_campaign(account, people=6, settings=settings)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
        calls = claimed(account, now=NOON).calls
        assert len(calls) == 2
        account.provider = there
        account.save(update_fields=["provider"])
        return account, campaign_numbered(number=made.pk), calls

    return move


@pytest.mark.parametrize("caps", [{"account": {"max_concurrent_calls": 3}}, {"max_concurrent_calls": 3}])
def test_calls_at_the_old_provider_hold_lines_of_account_and_campaign(moved, caps):
    """C18: caps are exact at every instant, whichever provider the calls are at."""
    account, campaign, calls = moved(**caps)
    assert len(claimed(account, now=LATER).calls) == 1
    assert lines_of(campaign) == Lines(campaign=3, account=3, provider=1)
    assert not claimed(account, now=LATER).calls
    assert mark(calls[0].id, now=LATER)
    apply_report(calls[0].id, won(calls[0].id), now=LATER)
    assert len(claimed(account, now=LATER).calls) == 1


def test_lines_that_the_old_provider_takes_meanwhile_are_held_too(moved):
    """C18: an account is counted once it is held; who called before has committed by then."""
    account, _campaign, _calls = moved(account={"max_concurrent_calls": 3})
    there, here = account.provider, Provider.objects.get(name="here")
    Account.objects.update(provider=here)
    Provider.objects.filter(pk=here.pk).update(max_concurrent_calls=3)
    changed: list[bool] = []

    def changes_before(execute, sql, params, many, context):
        if not changed and "FOR NO KEY UPDATE" in sql and "campaigns_account" in sql:
            changed.append(True)
            assert len(claim(Desk(here.pk), now=NOON).calls) == 1
            Account.objects.update(provider=there)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(changes_before):
        found = claim(Desk(there.pk), now=LATER)
    assert changed
    assert not found.calls
