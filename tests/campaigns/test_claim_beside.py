"""Claiming while another provider's calls end: what a person has behind them is never missed (C13, C15)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from campaigns.dispatch.reporting import apply_report
from campaigns.dispatch.sending import mark
from campaigns.models import Entry
from campaigns.providers import Analysis
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
