"""How far a campaign is, asked again and again: small, cheap, unchanged when unchanged, paced."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, Entry, Tally
from campaigns.queries import CampaignStatus, status, tallies_adrift
from campaigns.queries.campaigns import progress, rate
from campaigns.rules import FINAL, CampaignState, EntryState
from tenants import throttling
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.campaigns.uploading import BATCHES
from tests.personas.writing import answer

pytestmark = pytest.mark.usefixtures("unused_counters", "in_english")
HERE = f"{BATCHES}/batch-1/status"
COUNTS = {
    "queued": 1800,
    "claimed": 2,
    "dialing": 3,
    "in_call": 4,
    "succeeded": 70,
    "retry_wait": 48,
    "exhausted": 3,
    "failed": 1,
    "suppressed": 5,
    "on_hold": 6,
    "needs_review": 7,
    "cancelled": 8,
}


@pytest.fixture
def campaign(inside):
    with inside():
        made = a_campaign(an_account(a_provider()))
        Campaign.objects.filter(pk=made.pk).update(started_at=datetime(2026, 10, 15, 13, 30, tzinfo=UTC))
        Tally.objects.filter(pk=made.pk).update(
            entries=sum(COUNTS.values()), charged=Decimal("125.4951"), talk_ms=2_718_000, **COUNTS
        )
        return made


def checked(tenant):
    said = StringIO()
    call_command("check_campaigns", "--tenant", tenant, stdout=said)
    return said.getvalue().strip()


def a_status(entries, **states):
    counted = {state: states.get(str(state), 0) for state in EntryState}
    return CampaignStatus("x", CampaignState.RUNNING, None, None, entries, Decimal(0), 0, counted)


def test_it_says_what_the_first_clients_read(api, bob, campaign):
    """API: exactly these names; money and minutes are JSON numbers."""
    response = api(bob).get(HERE)
    assert answer(response) == {
        "batch_id": "batch-1",
        "is_active": True,
        "total_jobs": 1957,
        "pending_jobs": 1850,
        "completed_jobs": 70,
        "failed_jobs": 4,
        "suspended_jobs": 13,
        "total_cost": 125.5,
        "total_minutes": 45.3,
        "progress_percentage": 4.45,
        "started_at": "2026-10-15T13:30:00Z",
        "completed_at": None,
    }
    assert len(response.content) <= 500


def test_it_stays_small_whatever_happens(api, bob, campaign, inside):
    """API: 500 bytes at most."""
    with inside():
        most = dict.fromkeys(map(str, EntryState), 150_000_000)
        Tally.objects.filter(pk=campaign.pk).update(
            entries=2_000_000_000, charged=Decimal("9999999999.99"), talk_ms=10**15, **most
        )
        now = datetime(2026, 10, 15, 13, 30, 0, 123456, tzinfo=UTC)
        Campaign.objects.filter(pk=campaign.pk).update(
            code="b" * 64, started_at=now, completed_at=now, state="cancelled"
        )
    response = api(bob).get(f"{BATCHES}/{'b' * 64}/status")
    assert response.status_code == 200
    assert len(response.content) <= 500


def test_it_costs_one_query_by_key(campaign, inside):
    """API: O(1), by the index of batch ids; no entry is read."""
    with (
        inside(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        status(code="batch-1")
    assert len(queries) == 1
    with inside(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {queries[0]['sql']}")
        plan = json.dumps(cursor.fetchone()[0])
    assert "campaigns_campaign_code" in plan, plan
    assert "campaigns_entry" not in plan


def test_it_answers_304_until_something_changes(api, bob, campaign, inside):
    """W13: by If-None-Match; a step of the campaign changes it as a call does."""
    client = api(bob)
    first = client.get(HERE)
    etag = first["ETag"]
    unchanged = client.get(HERE, If_None_Match=etag)
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
    with inside():
        Tally.objects.filter(pk=campaign.pk).update(queued=1799, claimed=3)
    # The same sums: nothing that is told has changed.
    assert client.get(HERE, If_None_Match=etag).status_code == 304
    with inside():
        Campaign.objects.filter(pk=campaign.pk).update(state="paused")
    changed = client.get(HERE, If_None_Match=etag)
    assert (changed.status_code, changed.json()["is_active"]) == (200, False)


def test_it_is_asked_ten_times_at_once_and_then_once_a_second(api, alice, bob, campaign, monkeypatch):
    """API: 1/s per client and campaign, burst 10, then 429 with Retry-After."""
    client, other = api(bob), api(alice)
    statuses = [client.get(HERE).status_code for _ in range(12)]
    # A second may pass meanwhile, and lets one more through.
    assert statuses[:10] == [200] * 10
    assert 429 in statuses[10:]
    refused = next(r for r in (client.get(HERE) for _ in range(3)) if r.status_code == 429)
    assert (refused["Retry-After"], refused.json()["type"]) == ("1", "urn:minga:problem:asked_too_often")
    assert other.get(HERE).status_code == 200
    assert client.get(f"{BATCHES}/another/status").status_code == 404


def test_the_pace_of_once_a_second_is_never_refused(monkeypatch):
    """API: a client's clock jitters; what comes a little early is taken from the burst."""
    import time

    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    throttling._limiter().storage.reset()
    refused = 0
    for beat in range(60):
        now[0] = 1_000_000.0 + beat + (0.0 if beat % 2 else -0.05)
        passes = throttling.hit("status_second", "x").allowed or throttling.hit("status_burst", "x").allowed
        refused += not passes
    assert refused == 0


def test_it_hides_what_is_not_there_or_not_yours(api, carol, bob, campaign):
    answer(api(carol).get(HERE), 404)
    answer(api(bob).get(f"{BATCHES}/nothing/status"), 404)
    answer(api(bob).get(HERE, {"odd": "1"}), 400)


def test_progress_is_a_hundred_only_at_the_end():
    """Definitions: final ÷ entries in two places."""
    assert progress(a_status(0)) == 0.0
    assert progress(a_status(1924, succeeded=70, failed=4)) == 3.85
    assert progress(a_status(1_000_000, succeeded=999_999, queued=1)) == 99.99
    every = {str(state): 1 for state in FINAL}
    assert progress(a_status(len(FINAL), **every)) == 100.0


def test_rates_are_null_of_nothing():
    """Definitions: percent in one place."""
    assert (rate(0, 0), rate(340, 490), rate(0, 3)) == (None, 69.4, 0.0)


def test_the_counters_say_what_is_there(inside):
    """API: kept by the transaction that moves an entry."""
    with inside():
        a_campaign(an_account(a_provider()), people=3)
        assert tallies_adrift() == []
    assert checked("acme") == "everything adds up"


def test_a_checker_tells_which_counter_is_wrong(inside):
    """API: drift is reported, by campaign and state; the command's exit code says it."""
    with inside():
        a_campaign(an_account(a_provider()), people=3)
        Entry.objects.filter(pk=Entry.objects.order_by("id")[0].pk).update(state="on_hold")
        Tally.objects.update(entries=4)
        with CaptureQueriesContext(connection) as caught:
            found = tallies_adrift()
        assert len(caught) == 1
    assert [tuple(one) for one in found] == [
        ("batch-1", "entries", 4, 3),
        ("batch-1", "on_hold", 0, 1),
        ("batch-1", "queued", 3, 2),
    ]
    with pytest.raises(CommandError, match="counted=4, there=3") as refused:
        checked("acme")
    assert refused.value.returncode == 1
    with pytest.raises(CommandError) as unknown:
        checked("nobody")
    assert unknown.value.returncode == 2
