"""All jobs at once for twenty minutes, workers killed at random; then every invariant must hold (S11).

`make soak` runs it, `MINGA_SOAK_MINUTES` makes it shorter.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command

from campaigns.simulator import Simulator, simulator
from config.chaos.plan import Plan
from config.chaos.running import run_chaos
from insights.models import Comment, Label
from personas.actions import recount
from tenants.jobs.models import Job
from tenants.jobs.tasks import sweep
from tenants.models import Tenant, Ticket
from tenants.scope import public_scope, tenant_scope
from tests.browser.served import free_port
from tests.drills.busyness import Busy
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]
MINUTES = float(os.environ.get("MINGA_SOAK_MINUTES", "20"))
# Workers of a chaos run live for some seconds each: on a slow machine so many die in a minute at the least.
KILLS_A_MINUTE = 4
CALM_SECONDS = 900
SEED = 11
INVARIANTS = (
    "check_campaigns",
    "verify_kpi_red_drain",
    "verify_identity_origin_creation",
    "verify_kpi_red_numbers",
    "verify_source_pk_consistency",
)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A provider on a chaotic day."""
    with simulator("chaos", seed=SEED) as server:
        yield server


def live(tenant: Tenant) -> Counter[tuple[str, str]]:
    with tenant_scope(tenant.schema_name):
        return Counter(Job.objects.live().values_list("kind", "state"))


def calm_down(*tenants: Tenant) -> None:
    """Wait until nothing is left to do; who failed twice waits five minutes by itself."""
    end = time.monotonic() + CALM_SECONDS
    while left := [jobs for tenant in tenants if (jobs := live(tenant))]:
        assert time.monotonic() < end, left
        sweep()
        time.sleep(1)


def exit_codes(tenant: Tenant) -> dict[str, object]:
    """Call each invariant command; return what it ended with: None is 0."""
    ends: dict[str, object] = {}
    for command in INVARIANTS:
        try:
            call_command(command, tenant=tenant.slug, stdout=StringIO(), stderr=StringIO())
            ends[command] = None
        except SystemExit as end:
            ends[command] = end.code or None
    return ends


def differences(tenant: Tenant) -> dict[str, object]:
    """Return what does not agree inside a tenant, by name."""
    with tenant_scope(tenant.schema_name):
        jobs = dict(Job.objects.values_list("pk", "state"))
        labelled = Comment.objects.exclude(label=None).values("label").distinct().count()
        found = {
            "labels twice or of nothing": Label.objects.count() - labelled,
            "contacts and their counts": {
                name: each["drifted"] for name, each in recount().items() if each["drifted"]
            },
        }
    with public_scope():
        tickets = dict(Ticket.objects.filter(schema_name=tenant.schema_name).values_list("job", "state"))
    found["jobs and tickets"] = {pk: state for pk, state in tickets.items() if jobs.get(pk) != state}
    return {name: difference for name, difference in found.items() if difference}


def test_all_jobs_at_once_with_workers_killed_leave_every_invariant(
    acme: Tenant, birch: Tenant, workers: Workers, sim: Simulator
) -> None:
    """S11, J6: nothing lost, nothing twice, in four domains and two tenants."""
    plan = Plan(
        seed=SEED,
        kills=max(5, int(MINUTES * KILLS_A_MINUTE)),
        people=120,
        seconds=MINUTES * 60,
        patience=MINUTES * 180 + 300,
    )
    with Busy([acme, birch], seed=SEED) as busy:
        report = run_chaos(plan, acme, sim, port=free_port(), environment=os.environ)
    assert busy.fault is None, busy.fault
    workers.start(2)
    calm_down(acme, birch)
    for tenant in (acme, birch):
        assert differences(tenant) == {}
        assert not any(exit_codes(tenant).values()), exit_codes(tenant)
    assert report.ok, report.breaches
    print(f"\n{report.seconds:.0f} s, killed {dict(report.deaths)}, begun {dict(busy.begun)}")
    print(report.told()["operations"])
    with tenant_scope(acme.schema_name):
        print("jobs", Counter(Job.objects.values_list("kind", "state")))
