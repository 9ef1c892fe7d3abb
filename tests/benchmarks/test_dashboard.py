"""How long does a brand of 100,000 comments take to show, kept and not kept, beside a bare view?

`MINGA_BENCH_COMMENTS=20000 make bench` shows a smaller one.
"""

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from insights.models import FichaCliente
from insights.modules import COMPUTED, Module, compute
from insights.queries.looks import view_of
from insights.rules import Engine
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.benchmarks import audience
from tests.benchmarks.figures import Timings, in_turns, show
from tests.benchmarks.test_requests import BARE, caller, handler
from tests.doors import page_client

pytestmark = pytest.mark.real_roles

ROUNDS = 20
PAGES = (
    "/insights/?range=all",
    "/insights/?range=all&tab=q5",
    "/insights/?range=custom&from=2026-03-17&to=2026-04-15",
)


def test_the_dashboard(acme: Tenant, bob: User) -> None:
    """Speed: every page once with nothing kept, then in turns with a bare view."""
    with tenant_scope(acme.schema_name):
        ficha = audience.fill(acme.schema_name, audience.wanted_comments())
        parts = parts_of(ficha)
    client = page_client(bob)
    page = client.get
    page("/insights/comments/?range=7")
    fresh, asked = {}, {}
    for address in PAGES:
        cache.clear()
        fresh[address] = seconds(lambda address=address: page(address))  # type: ignore[misc]
        with CaptureQueriesContext(connection) as queries:
            assert page(address).status_code == 200
        asked[address] = len(queries)
    with override_settings(ROOT_URLCONF="tests.benchmarks.test_requests"):
        bare = caller(handler(BARE), "/bare/", client)
        timings = in_turns({"bare view": bare}, rounds=ROUNDS, warm_up=2)
    timings |= in_turns(
        {address: lambda address=address: page(address) for address in PAGES},  # type: ignore[misc]
        rounds=ROUNDS,
        warm_up=2,
    )
    show(
        f"A brand of {audience.wanted_comments():,} comments",
        "| page | nothing kept | kept, median | p95 | ÷ bare | queries |",
        "| --- | --- | --- | --- | --- | --- |",
        *(line(address, fresh[address], timings, asked[address]) for address in PAGES),
        "",
        *(f"{name}: {took:.2f} s of this process's processor" for name, took in parts.items()),
    )


def parts_of(ficha: FichaCliente) -> dict[str, float]:
    """Return what reading and each slow module take when nothing is kept."""
    start = time.process_time()
    view = view_of(ficha=ficha, engine=Engine.MODEL)
    parts = {"read": time.process_time() - start}
    for module in COMPUTED:
        start = time.process_time()
        compute(view, Module(module))
        parts[str(module)] = time.process_time() - start
    return parts | {"in all": sum(parts.values())}


def line(address: str, fresh: float, timings: dict[str, Timings], queries: int) -> str:
    """Return one row of the table."""
    kept, bare = timings[address], timings["bare view"]
    p95 = sorted(kept.seconds)[int(len(kept.seconds) * 0.95)]
    figures = (f"{fresh:.2f} s", f"{kept.median * 1000:.0f} ms", f"{p95 * 1000:.0f} ms")
    return f"| {address} | {' | '.join(figures)} | {kept.median / bare.median:.0f} | {queries} |"


def seconds(call: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
