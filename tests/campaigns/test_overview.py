"""The first clients' dashboard: one query, half a minute old at most, each figure by its one definition."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import queries
from campaigns.models import Campaign, Entry, Tally
from campaigns.queries import UnknownAccount
from tests.campaigns.calling import a_campaign, a_provider, an_account
from tests.personas.writing import answer

HERE = "/api/v1/dashboard/overview"
NOW = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("unused_counters", "fresh")


@pytest.fixture
def fresh():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def campaign(inside):
    with inside():
        payer = an_account(a_provider(), code="acc-chile-001", funds="5000")
        made = a_campaign(payer, people=3)
        ended = a_campaign(payer, code="batch-2", people=2)
        Campaign.objects.filter(pk=ended.pk).update(state="completed", completed_at=NOW)
        Tally.objects.filter(pk=made.pk).update(
            queued=0, claimed=1, retry_wait=1, on_hold=1, charged=Decimal("1250.749"), talk_ms=27_018_000
        )
        Tally.objects.filter(pk=ended.pk).update(
            queued=0, entries=490, succeeded=340, exhausted=100, failed=50, suppressed=7
        )
        return made


def test_it_says_what_the_first_clients_read(api, bob, campaign, inside):
    """API: exactly this shape; money and minutes are JSON numbers, the rate has one place."""
    said = answer(api(bob).get(HERE, {"account_id": "acc-chile-001"}))
    assert said == {
        "success": True,
        "timestamp": said["timestamp"],
        "account": {
            "account_id": "acc-chile-001",
            "name": "Cobros Sur",
            "status": "active",
            "balance": 5000.0,
            "billing_type": "credits",
        },
        "metrics": {
            "jobs_today": 5,
            "success_rate_percentage": 69.4,
            "active_batches": 1,
            "pending_jobs": 2,
        },
        "detailed_stats": {
            "jobs": {"today": 5, "pending": 2, "completed": 340, "failed": 150, "total_finished": 490},
            "batches": {
                "active_count": 1,
                "total_jobs": 493,
                "total_cost": 1250.75,
                "total_minutes": 450.3,
            },
        },
    }
    assert datetime.fromisoformat(said["timestamp"]).tzinfo


def test_without_an_account_it_is_everybody_s(api, bob, campaign, inside):
    """API: `account` is null; nothing divided by nothing is null."""
    with inside():
        other = an_account(campaign.account.provider, code="acc-2")
        a_campaign(other, code="batch-3", people=1)
    whole = answer(api(bob).get(HERE))
    assert (whole["account"], whole["detailed_stats"]["batches"]["total_jobs"]) == (None, 494)
    alone = answer(api(bob).get(HERE, {"account_id": "acc-2"}))
    assert alone["metrics"]["success_rate_percentage"] is None
    assert alone["detailed_stats"]["batches"]["total_jobs"] == 1


def test_what_is_archived_counts_nowhere(campaign, inside):
    """API: sums over campaigns not archived."""
    with inside():
        Campaign.objects.update(state="archived", completed_at=NOW)
        found = queries.overview(account=None, now=timezone.now())
        assert (found.entries, found.today, found.charged) == (0, 0, Decimal(0))


def test_today_begins_at_the_account_s_own_midnight(campaign, inside):
    """One definition: entries created on the account's local day."""
    with inside():
        # 21:00 of the day before in Santiago, and five past midnight.
        midnight = datetime(2026, 4, 15, 4, 0, tzinfo=UTC)
        first, second, *others = Entry.objects.order_by("id")
        for entry, moment in ((first, -timedelta(hours=3)), (second, timedelta(minutes=5))):
            Entry.objects.filter(pk=entry.pk).update(created_at=midnight + moment)
        Entry.objects.filter(pk__in=[one.pk for one in others]).update(
            created_at=midnight - timedelta(days=9)
        )
        assert queries.overview(account=None, now=NOW).today == 1
        assert queries.overview(account=None, now=NOW - timedelta(hours=13)).today == 2


def test_it_costs_one_query(campaign, inside):
    """API: one query, whatever is asked."""
    with inside(), CaptureQueriesContext(connection) as caught:
        queries.overview(account="acc-chile-001", now=NOW)
    assert len(caught) == 1


def test_it_is_kept_for_half_a_minute_by_tenant(api, bob, carol, campaign, inside):
    """API, F5: the same figures for thirty seconds; another tenant has its own."""
    client = api(bob)
    first = answer(client.get(HERE))
    with inside():
        Tally.objects.update(entries=0)
    assert answer(client.get(HERE)) == first
    assert answer(api(carol).get(HERE))["detailed_stats"]["batches"]["total_jobs"] == 0
    cache.clear()
    assert answer(client.get(HERE))["detailed_stats"]["batches"]["total_jobs"] == 0


@pytest.mark.parametrize("account", ["nobody", "acc-Chile-001", "", "ñ", "a b", "x" * 300])
def test_an_unknown_account_is_404(api, bob, campaign, account):
    answer(api(bob).get(HERE, {"account_id": account}), 404)


def test_the_query_refuses_an_unknown_account(campaign, inside):
    with inside(), pytest.raises(UnknownAccount):
        queries.overview(account="nobody", now=NOW)
