"""How many calls a second are claimed under every constraint, and how fast is a campaign asked about?

100,000 people who wait in 200 campaigns; `MINGA_BENCH_ENTRIES=1000000 make bench` measures a million.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

from campaigns.dispatch.claiming import claim
from campaigns.dispatch.desk import Desk
from campaigns.models import CallAttempt, Campaign, LedgerRow, Provider
from campaigns.rules import LedgerKind
from config.urls import urlpatterns as product_urls
from tenants import throttling
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tenants.scope.routes import public_routes
from tests.benchmarks import call_rows
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.figures import in_turns, seconds_of, show
from tests.benchmarks.linking_bars import spent
from tests.benchmarks.test_requests import BARE, caller, handler, rows
from tests.doors import api_client, page_client

pytestmark = pytest.mark.real_roles
urlpatterns = [*product_urls, *public_routes(path("bare/", partial(rows)))]

# Calls that one claim takes, and how often.
CLAIMS = {1_000: 20, 100: 150, 10: 200}
# What a queue that knows no law would do; taken back.
BARE_CLAIM = """
    UPDATE campaigns_entry SET state = 'claimed'
     WHERE id IN (SELECT e.id FROM unnest(%(campaigns)s::bigint[]) AS p(campaign)
                   CROSS JOIN LATERAL (
                         SELECT id FROM campaigns_entry
                          WHERE campaign_id = p.campaign AND zones = %(zones)s
                            AND state IN ('queued', 'retry_wait') AND earliest_at <= %(now)s
                          ORDER BY earliest_at, id LIMIT %(each)s FOR UPDATE SKIP LOCKED) e
                   LIMIT %(most)s)
"""
BARE_ROUNDS = 20


@dataclass(slots=True)
class Claims:
    """What claims of one size came to."""

    each: int
    calls: int = 0
    moved: int = 0
    processors: float = 0.0
    python: float = 0.0
    seconds: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        """Calls claimed in a second of claiming."""
        return self.calls / sum(self.seconds)

    @property
    def p99(self) -> float:
        """Milliseconds of all but one claim in a hundred."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] * 1000

    def line(self) -> str:
        """Describe them."""
        middle = statistics.median(self.seconds)
        return (
            f"| {self.each:,} | {self.a_second:,.0f} | {middle * 1000:.1f} ms | {self.p99:.1f} ms "
            f"| {self.processors / self.calls * 1e6:.0f} µs ({self.python / self.calls * 1e6:.0f} Python) "
            f"| {middle / statistics.median(self.bare):.1f} | {self.moved:,} |"
        )


def test_claiming(acme: Tenant) -> None:
    """C15, C18–C20, C23: window, legal frame, weekly limit, suppression, line, rate and money at once."""
    entries = call_rows.wanted_entries()
    loading = time.perf_counter()
    provider = call_rows.fill(acme, entries)
    loading = time.perf_counter() - loading
    with tenant_scope(acme.schema_name):
        # Whoever comes first finds cold pages and plans nothing twice.
        clock = _measured(provider, Claims(100), 5, call_rows.NOON)
        before = CallAttempt.objects.count(), _reserves()
        done = []
        for each, rounds in CLAIMS.items():
            # At most a sixth of the people each, so that nobody runs out.
            done.append(Claims(each))
            clock = _measured(provider, done[-1], max(2, min(rounds, entries // 6 // each)), clock)
        for one in done:
            # Last, since what is taken back leaves dead rows.
            one.bare = [seconds_of(partial(_bare, one.each, clock)) for _round in range(BARE_ROUNDS)]
        calls = sum(one.calls for one in done)
        assert (CallAttempt.objects.count(), _reserves()) == (before[0] + calls, before[1] + calls)
    show_bars(
        f"Claims, {entries:,} people in {call_rows.CAMPAIGNS} campaigns, one dispatcher",
        [Bar("constrained claims", done[0].a_second, least=1_000, unit="a second")],
        "| calls a claim | calls a second | median | p99 | processors a call | ÷ bare UPDATE | sent away |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(one.line() for one in done),
        "",
        f"loaded in {loading:.0f} s; every call has one attempt and one reserve",
    )


@override_settings(ROOT_URLCONF=__name__)
def test_asking_about_campaigns(acme: Tenant, alice: User) -> None:
    """Status, overview kept and anew, beside a view that reads who is asking and twenty rows."""
    call_rows.fill(acme, call_rows.wanted_entries())
    full, client = handler(list(settings.MIDDLEWARE)), api_client(alice).client
    overview = caller(full, "/api/v1/dashboard/overview", client)
    sides: dict[str, Callable[[], object]] = {
        "bare view": caller(handler(BARE), "/bare/", page_client(alice)),
        "status": _status_of_each(full, client),
        "overview, kept": overview,
        # Not measured: sides take turns in this order.
        "": _forget,
        "overview, anew": overview,
    }
    timings = in_turns(sides, rounds=300)
    del timings[""]
    first = timings["bare view"]
    show(
        f"Asking about {call_rows.CAMPAIGNS} campaigns of {call_rows.wanted_entries():,} people",
        "| side | median | p95 | ÷ bare | a second |",
        "| --- | --- | --- | --- | --- |",
        *(f"{each.line(first)} {1 / each.median:,.0f} |" for each in timings.values()),
    )


def _measured(provider: int, done: Claims, rounds: int, clock: datetime) -> datetime:
    """Claim again and again; return the moment after the last claim."""
    Provider.objects.filter(pk=provider).update(calls_per_second=done.each, next_call_at=None)
    desk = Desk(provider)
    for _round in range(rounds):
        clock += timedelta(seconds=2)
        call_rows.hang_up(now=clock)
        _claim(desk, done, clock)
    return clock


def _claim(desk: Desk, done: Claims, now: datetime) -> None:
    processors, python, begun = spent(), time.process_time(), time.perf_counter()
    claimed = claim(desk, now=now)
    done.seconds.append(time.perf_counter() - begun)
    done.python += time.process_time() - python
    done.processors += spent() - processors
    done.calls += len(claimed.calls)
    done.moved += claimed.moved


def _bare(most: int, now: datetime) -> None:
    campaigns = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
    params: dict[str, Any] = {"campaigns": campaigns, "zones": call_rows.ZONES[0], "now": now, "most": most}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_CLAIM, {"each": -(-most // len(campaigns)), **params})
        transaction.set_rollback(True)


def _reserves() -> int:
    return LedgerRow.objects.filter(kind=LedgerKind.RESERVE).count()


def _status_of_each(app: WSGIHandler, client: Client) -> Callable[[], object]:
    """Ask about one campaign after the other: of the same one only once a second."""
    paths = [f"/api/v1/batches/batch-{number}/status" for number in range(call_rows.CAMPAIGNS)]
    calls = cycle([caller(app, each, client) for each in paths])

    def call() -> None:
        next(calls)()

    return call


def _forget() -> None:
    """Forget the overview, and how often was asked."""
    cache.clear()
    throttling._limiter().storage.reset()
