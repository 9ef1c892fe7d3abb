"""Killed at any chunk and resumed, a reclassification ends like one that nobody disturbed (R5, J6, S11)."""

import signal
from itertools import cycle
from typing import Any

import pytest
from django.db.models.functions import Now

from personas import actions, queries
from personas.queries import Checksum, ReclassificationView
from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant
from tenants.scope import owner_scope, tenant_scope
from tests.benchmarks import population
from tests.lives import Life
from tests.personas.reclassifying import ALL, batches_of, check_days, check_sum, checksum, ran, set_batches
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]

PEOPLE = 400
BATCH = 60
MANY = 12_000
# Each life commits one chunk: it dies before it commits the second, or after it has committed the first.
DEATHS = ("before_commit:2", "after_commit:1")
MOST_LIVES = 80


def populated(tenant: Tenant, contacts: int) -> None:
    """Give a tenant contacts, the same in every tenant, of whom three in ten stand by older rules."""
    with owner_scope(tenant.schema_name):
        population.fill(contacts)
        population.swap_rules()


def asked(tenant: Tenant) -> Job:
    with tenant_scope(tenant.schema_name):
        return actions.reclassify(type=ALL, params={}, dry_run=False)


def undisturbed(tenant: Tenant, contacts: int) -> tuple[Checksum, ReclassificationView]:
    """Return what becomes of the contacts, and of the job, when nothing happens."""
    populated(tenant, contacts)
    job = asked(tenant)
    with tenant_scope(tenant.schema_name), batches_of(BATCH):
        ended = ran(tenant, job)
        return queries.contacts_checksum(), ended


def live(tenant: Tenant, job: Job, death: str) -> int:
    """Let a process take up the job and die; return how it ended."""

    def work() -> None:
        set_batches(BATCH)
        work_on(DueTicket(job.id, tenant.schema_name))

    return Life(work, death=death).wait()


def died_at_every_chunk(tenant: Tenant, job: Job) -> int:
    """Let workers die after each chunk until the job ends; return how many died."""
    for deaths, death in zip(range(MOST_LIVES), cycle(DEATHS), strict=False):
        if live(tenant, job, death) != -signal.SIGKILL:
            return deaths
        with tenant_scope(tenant.schema_name):
            check_sum(queries.reclassification(job_id=job.id).progress)
            # As if the lease had run out, and as often as there are chunks: three attempts would not do.
            Job.objects.filter(pk=job.id).update(lease_until=Now(), attempt=0)
    raise AssertionError("no chunk was ever committed")


def test_killed_at_every_chunk_it_ends_like_an_undisturbed_one(acme: Tenant, birch: Tenant) -> None:
    """R3, R5, R8: job and undo, each killed before and after one commit after the other."""
    expected, calm = undisturbed(birch, PEOPLE)
    populated(acme, PEOPLE)
    with tenant_scope(acme.schema_name):
        before = checksum()
    job = asked(acme)
    assert died_at_every_chunk(acme, job) > 10
    with tenant_scope(acme.schema_name):
        ended = queries.reclassification(job_id=job.id)
        assert (ended.status, ended.progress) == ("completed", calm.progress)
        assert counted(ended) == counted(calm)
        assert queries.contacts_checksum() == expected
        check_days()
        back = actions.undo_reclassification(job_id=job.id)
    assert died_at_every_chunk(acme, back) > 3
    with tenant_scope(acme.schema_name):
        assert queries.reclassification(job_id=back.id).progress.updated == calm.progress.updated
        assert checksum() == before
        check_days()


@pytest.mark.services
def test_real_workers_killed_twice_end_it_with_the_third_attempt(
    acme: Tenant, birch: Tenant, workers: Workers
) -> None:
    """R5, R7: leases run out by themselves, and nothing is done twice."""
    expected, calm = undisturbed(birch, MANY)
    populated(acme, MANY)
    job = asked(acme)
    for attempt, death in enumerate(("before_commit:3", "after_commit:3"), 1):
        workers.start_and_die(death)
        assert now(acme, job).attempt == attempt
    workers.start()
    workers.until(lambda: not now(acme, job).is_live)
    with tenant_scope(acme.schema_name):
        ended = queries.reclassification(job_id=job.id)
        assert (ended.status, ended.attempt, ended.progress) == ("completed", 3, calm.progress)
        assert queries.contacts_checksum() == expected
        check_days()


def now(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.id)


def counted(ended: ReclassificationView) -> list[Any]:
    """Return a result's counts by persona; its contacts have other numbers in another tenant."""
    result = ended.result or {}
    return [result["total_changes"], result["persona_breakdown"], result["transitions"]]
