"""How long after a pause does the last call leave? (C22: at most two seconds)"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from campaigns import actions
from campaigns.dispatch.asking import ask_due
from campaigns.dispatch.claiming import claim
from campaigns.dispatch.desk import Desk
from campaigns.dispatch.lines import line_to
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.sending import send
from campaigns.models import Entry, Provider
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.benchmarks.bars import Bar, show_bars
from tests.benchmarks.call_rows import NOON
from tests.campaigns.calling import a_campaign, a_line, a_provider, an_account

pytestmark = pytest.mark.real_roles
PEOPLE, RATE, PAUSES = 3_000, 20.0, 10
WATCHED = 2.5  # seconds after a pause
BETWEEN = 1.3


@dataclass(slots=True)
class Watched:
    """A line that notes when each request leaves."""

    line: Any
    left: list[float] = field(default_factory=list)

    def create(self, request: Any) -> Any:
        """Note the moment, then ask."""
        self.left.append(time.perf_counter())
        return self.line.create(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.line, name)


def test_from_pause_to_the_last_call(acme: Tenant) -> None:
    """A dispatcher that is busy calling, paused again and again in the midst of what it has claimed."""
    with a_line({"time_scale": 600.0}, seed=2) as sim:
        with tenant_scope(acme.schema_name):
            account = an_account(a_provider(base_url=sim.url, calls_per_second=RATE), funds="100000")
            a_campaign(account, people=PEOPLE)
            Entry.objects.update(earliest_at=NOON - timedelta(hours=1))
            provider = account.provider
        assert provider is not None
        with calling(acme, provider) as line, tenant_scope(acme.schema_name):
            waits = [pause_once(line) for _pause in range(PAUSES)]
        assert sim.verdict().ok
    late = [0.0, *(wait for wait in waits if wait)]
    show_bars(
        f"From pause to the last call, {RATE:.0f} calls a second, {PAUSES} pauses",
        [Bar("last call after a pause, the worst", max(late), most=2, unit="s")],
        f"{len(late) - 1} of {PAUSES} pauses were followed by a call; {len(line.left)} calls in all",
    )


def pause_once(line: Watched) -> float:
    """Pause while calls leave, watch, resume; return the seconds until the last call, 0 if none left."""
    before = len(line.left)
    until(lambda: len(line.left) > before + RATE * BETWEEN)
    asked = time.perf_counter()
    actions.pause(code="batch-1", now=timezone.now())
    time.sleep(WATCHED)
    late = [moment - asked for moment in list(line.left) if moment > asked]
    actions.resume(code="batch-1", now=timezone.now())
    return max(late, default=0.0)


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait; fails after a minute."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "no call leaves"
        time.sleep(0.01)


@contextmanager
def calling(acme: Tenant, provider: Provider) -> Iterator[Watched]:
    """Claim and call in a thread until the block ends, as a dispatcher's job does."""
    line, stop = Watched(line_to(provider)), Event()
    thread = Thread(target=_call, args=(acme, provider, line, stop), name="dispatcher")
    thread.start()
    try:
        yield line
    finally:
        stop.set()
        thread.join()
        line.close()


def _call(acme: Tenant, provider: Provider, line: Watched, stop: Event) -> None:
    begun = timezone.now()

    def clock():
        return NOON + (timezone.now() - begun)

    try:
        with tenant_scope(acme.schema_name):
            desk, pace = Desk(provider.pk), Pace(calls_per_second=RATE)
            while not stop.is_set():
                calls = claim(desk, now=clock()).calls
                sent = send(line, calls, clock=clock, pace=pace)
                asked = ask_due(line, desk.provider, clock=clock, pace=pace)
                if not sent and not asked:
                    time.sleep(0.05)
    finally:
        connections.close_all()
