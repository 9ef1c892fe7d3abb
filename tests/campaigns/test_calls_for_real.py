"""A campaign on the real product: web, worker, broker, and a provider that tells by webhooks (C15–C23)."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from campaigns.dispatch.waking import keep_watch
from campaigns.models import Account, CallAttempt, Entry, Provider, ProviderEvent
from campaigns.rules import EntryState
from campaigns.simulator import Simulator, simulator
from config import surroundings
from config.supervisor import Supervisor
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tenants.scope.pools import POOLS
from tests import databases
from tests.browser.served import free_port, wait_for
from tests.campaigns.calling import a_campaign, a_provider, an_account

pytestmark = pytest.mark.real_roles
PEOPLE = 25
# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)
OVER = {
    EntryState.SUCCEEDED, EntryState.RETRY_WAIT, EntryState.EXHAUSTED, EntryState.FAILED,
    EntryState.SUPPRESSED, EntryState.NEEDS_REVIEW,
}  # fmt: skip


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A provider on a calm day; ten times faster than its usual minute a second."""
    with simulator("calm", seed=11) as server:
        yield server


@pytest.fixture
def acme_calls(sim: Simulator, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Tenant]:
    """Acme with a campaign of its own, and the product's programs at work on it."""
    name = f"{databases.own_name()}_calls"
    databases.copy_template(name)
    connections.close_all()
    databases.point_at(name)
    try:
        with django_db_blocker.unblock():
            yield from _at_work(sim)
    finally:
        connections.close_all()
        POOLS.close()
        databases.point_at(databases.own_name())
        databases.drop(name)


def _at_work(sim: Simulator) -> Iterator[Tenant]:
    acme = Tenant.objects.get(slug="acme")
    with tenant_scope(acme.schema_name):
        provider = a_provider(base_url=sim.url, calls_per_second=50.0, max_concurrent_calls=10)
        a_campaign(an_account(provider), people=PEOPLE)
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    port = free_port()
    sim.listen(f"http://127.0.0.1:{port}/api/v1/webhooks/retell/{acme.id.hex}-{provider.endpoint}")
    shift = int((NOON - timezone.now()).total_seconds())
    environment = os.environ | {
        "MINGA_LOGIN": "public",
        "MINGA_SIMULATOR_KEY": sim.api_key,
        "MINGA_CALL_CLOCK_SHIFT": str(shift),
    }
    programs = surroundings.programs(
        binds=[f"127.0.0.1:{port}"], environment=environment, web=1, threads=4, jobs=1
    )
    with Supervisor(programs):
        with tenant_scope(acme.schema_name):
            keep_watch(provider.pk)
        yield acme


def test_everybody_is_called_once_and_webhooks_settle_it(acme_calls: Tenant, sim: Simulator) -> None:
    """C15, C21, S17: nobody asks the provider, nobody is called twice, every cent is settled."""

    def all_over() -> bool:
        with tenant_scope(acme_calls.schema_name):
            return set(Entry.objects.values_list("state", flat=True)) <= OVER

    wait_for(all_over)
    with tenant_scope(acme_calls.schema_name):
        assert CallAttempt.objects.exclude(accepted_at=None).count() == PEOPLE
        assert not CallAttempt.objects.open().exists()
        assert ProviderEvent.objects.exclude(applied_at=None).exists()
        account = Account.objects.get()
        assert account.balance == sum(row.amount for row in account.ledger.all())
        assert not Provider.objects.exclude(stopped_at=None).exists()
    assert len(sim.calls()) == PEOPLE
    assert sim.verdict().ok, sim.verdict()
