"""A running campaign watched in a real browser, paused, resumed, cancelled, while a provider calls (C22)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Error, Page, expect
from pytest_django import DjangoDbBlocker

from campaigns.dispatch.waking import keep_watch
from campaigns.models import Entry
from campaigns.simulator import Simulator, simulator
from config import surroundings
from config.supervisor import Supervisor
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tenants.scope.pools import POOLS
from tests import databases
from tests.browser.chromium import Look, installed, launched, seen
from tests.browser.conftest import log_in
from tests.browser.served import free_port, wait_for
from tests.campaigns.calling import a_campaign, a_provider, an_account

# Not beside the other pages: Chromium runs for a whole package there, and nobody asks the database meanwhile.
pytestmark = [pytest.mark.browser, pytest.mark.real_roles]


@dataclass(frozen=True, slots=True)
class Calling:
    """A product that calls: where it answers, and the address of its board."""

    url: str
    board: str
    tenant: str
    sim: Simulator


PEOPLE = 40
# A Wednesday, 12:00 in Santiago.
NOON = datetime(2026, 4, 15, 16, 0, tzinfo=UTC)


@pytest.fixture
def calling(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Calling]:
    """Acme calls forty people, three at once, by a simulated provider, on the product's own programs."""
    installed()
    name = f"{databases.own_name()}_board"
    databases.copy_template(name)
    connections.close_all()
    databases.point_at(name)
    try:
        with django_db_blocker.unblock(), simulator("calm", seed=11) as sim:
            yield from _at_work(sim)
    finally:
        connections.close_all()
        POOLS.close()
        databases.point_at(databases.own_name())
        databases.drop(name)


def _at_work(sim: Simulator) -> Iterator[Calling]:
    acme = Tenant.objects.get(slug="acme")
    with tenant_scope(acme.schema_name):
        provider = a_provider(base_url=sim.url, calls_per_second=3.0, max_concurrent_calls=3)
        campaign = a_campaign(an_account(provider), people=PEOPLE, started_at=timezone.now())
        Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
    port = free_port()
    sim.listen(f"http://127.0.0.1:{port}/api/v1/webhooks/retell/{acme.id.hex}-{provider.endpoint}")
    environment = os.environ | {
        "MINGA_LOGIN": "public",
        "MINGA_SIMULATOR_KEY": sim.api_key,
        "MINGA_CALL_CLOCK_SHIFT": str(int((NOON - timezone.now()).total_seconds())),
    }
    programs = surroundings.programs(
        binds=[f"127.0.0.1:{port}"], environment=environment, web=1, threads=4, jobs=1
    )
    with Supervisor(programs):
        with tenant_scope(acme.schema_name):
            keep_watch(provider.pk)
        board = f"/admin/campaigns/campaign/{campaign.pk}/board/"
        yield Calling(f"http://127.0.0.1:{port}", board, acme.schema_name, sim)


def test_a_running_campaign_is_watched_paused_and_cancelled(calling: Calling) -> None:
    """C22, W1, W2: figures move by themselves, a second tab shows the same, a pause stops new calls."""
    with launched() as browser, seen(browser, calling.url, Look("en", 1360)) as (page, watch):
        wait_for(lambda: _answers(page))
        log_in(page, "alice")
        page.goto(calling.board)
        expect(page.locator("#stands")).to_contain_text("Running")
        made = page.locator(".tile", has_text="Calls made").locator(".figure")
        # Nobody touches the page meanwhile.
        wait_for(lambda: int(made.inner_text()) >= 3)
        assert len(calling.sim.calls()) >= 3
        page.locator("#act-pause").click()
        expect(page.locator("#stands")).to_contain_text("Paused")
        expect(page.locator("#halts")).to_be_visible()
        second = page.context.new_page()
        second.goto(calling.board)
        expect(second.locator("#act-resume")).to_be_visible()
        # The calls that were under way end by themselves, some of them late.
        expect(second.locator("#in-flight + .quiet")).to_be_visible(timeout=120_000)
        stood = len(calling.sim.calls())
        page.locator("#act-resume").click()
        expect(second.locator("#act-pause")).to_be_visible()
        wait_for(lambda: len(calling.sim.calls()) > stood)
        # Figures come in and move what stands below them: a mouse would wait until the page stands still.
        page.locator("#act-cancel").dispatch_event("click")
        page.locator("#reason").fill("Lo pidió el cliente")
        # An open question is not swept away by the next look.
        page.wait_for_timeout(4_000)
        expect(page.locator("#reason")).to_have_value("Lo pidió el cliente")
        page.locator("button[value=cancel]").click()
        expect(page.locator("#stands")).to_contain_text("Cancelled")
        expect(page.locator(".head .alert")).to_contain_text("Lo pidió el cliente")
        expect(second.locator("#stands")).to_contain_text("Cancelled")
        wait_for(lambda: page.locator("#live[hx-get]").count() == 0)
        assert page.locator(".head .percent").inner_text().endswith("100.0\u00a0%")
        assert watch.take() == []
    assert calling.sim.verdict().ok, calling.sim.verdict()
    with tenant_scope(calling.tenant):
        ends = set(Entry.objects.values_list("state", flat=True))
        assert ends <= {"succeeded", "cancelled", "failed", "suppressed", "exhausted"}


def _answers(page: Page) -> bool:
    try:
        return page.goto("/login/") is not None
    except Error:
        return False
