"""A worker killed in mid-import, again and again: nothing lost, nothing twice (J6, L1, S11)."""

from functools import partial

import pytest

from personas import actions, queries
from personas.models import LinkedInImport, RejectedRow
from personas.queries import Checksum
from personas.samples.linkedin import LinkedInSample, make_linkedin_export
from tenants.jobs.models import Job
from tenants.jobs.runner.work import work_once
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.lives import fall_silent, killed
from tests.personas.importing import start, work
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.services, pytest.mark.kill]

ROWS = 4_000
# Where each of the workers dies: with rows written that it did not record, and with rows it did.
DEATHS = ("after_commit:5", "before_commit:12", "after_commit:14")


def begun(tenant: Tenant, sample: LinkedInSample) -> tuple[LinkedInImport, Job]:
    with tenant_scope(tenant.schema_name):
        found = actions.upload_linkedin(content=sample.content, filename="Connections.csv", profile="ana")
        return found, start(found)


def now(tenant: Tenant, job: Job) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job.id)


def undisturbed(tenant: Tenant, sample: LinkedInSample) -> Checksum:
    found, job = begun(tenant, sample)
    with tenant_scope(tenant.schema_name):
        work(tenant, job)
        assert LinkedInImport.objects.get(pk=found.pk).state == "completed"
        return queries.contacts_checksum()


def test_killed_three_times_it_writes_the_same_contacts(
    acme: Tenant, birch: Tenant, workers: Workers
) -> None:
    """L1, L6, J6: three attempts die, the import is started again and ends as if nothing had been."""
    sample = make_linkedin_export(rows=ROWS)
    expected = undisturbed(birch, sample)
    found, job = begun(acme, sample)
    for attempt, death in enumerate(DEATHS, 1):
        killed(partial(work_once, platform=False), death=death)
        assert (now(acme, job).state, now(acme, job).attempt) == ("running", attempt), "not in mid-import"
        fall_silent(job, acme.schema_name)
    # Three attempts are spent: the sweep buries the job, a person starts the import again.
    workers.start()
    workers.until(lambda: not now(acme, job).is_live)
    with tenant_scope(acme.schema_name):
        assert LinkedInImport.objects.get(pk=found.pk).state == "failed"
        job = start(LinkedInImport.objects.get(pk=found.pk))
    workers.until(lambda: not now(acme, job).is_live)
    with tenant_scope(acme.schema_name):
        ended = LinkedInImport.objects.get(pk=found.pk)
        assert ended.state == "completed"
        assert queries.contacts_checksum() == expected
        assert ended.result is not None
        assert ended.result["created"] == sample.truth.created
        assert ended.result["persona_counts"] == sample.truth.rows_per_persona
        assert RejectedRow.objects.count() == sample.truth.conflicts + sample.truth.invalid
