"""How long draining a whole backlog takes, and how long when there is nothing new."""

import time
from typing import Any

import pytest
from django.db import connection

from identity.models import Attempt, Case, Link, QueueItem
from identity.queries.guardrails import Guardrail, verify
from identity.rules import JobKind
from tenants.jobs.runner.here import run_here
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks import fleet_rows
from tests.benchmarks.linkage_peer import bench_fleet

pytestmark = pytest.mark.real_roles
KINDS = (JobKind.SEED, JobKind.RECOVER, JobKind.CLAIMS, JobKind.RECONCILE)


def timed(kind: JobKind) -> dict[str, Any]:
    """Run a job here; print its stats and seconds."""
    begun = time.perf_counter()
    result = run_here(kind=kind).job.result or {}
    print(f"{kind:<20} {time.perf_counter() - begun:8.2f} s", result)
    return result


def versions() -> list[int]:
    """Return a digest of the row versions of what a no-op must not write."""
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in (QueueItem, Case, Attempt, Link)]
        return [
            cursor.execute(
                f"SELECT coalesce(sum(hashtext(xmin::text || ctid::text)), 0) FROM {table}"
            ).fetchone()[0]
            for table in tables
        ]


def test_a_backlog_is_drained_and_drained_again(acme: Tenant) -> None:
    """I11-I14, I19: the second round writes no row of the queue, of cases, attempts or links."""
    files = bench_fleet()
    with owner_scope(acme.schema_name):
        fleet_rows.fill(files)
    with owner_scope():
        fleet_rows.vacuum(acme.schema_name)
    with tenant_scope(acme.schema_name):
        for kind in KINDS:
            timed(kind)
    with owner_scope():
        fleet_rows.vacuum(acme.schema_name)
    with tenant_scope(acme.schema_name):
        before = versions()
        again = {kind: timed(kind) for kind in KINDS}
        assert versions() == before
        assert again[JobKind.RECOVER]["processed"] == 0
        for guardrail in Guardrail:
            begun = time.perf_counter()
            found = verify(guardrail=guardrail)
            print(f"{guardrail:<28} {time.perf_counter() - begun:8.2f} s", found.checked, found.offending)
            assert not found.offending
