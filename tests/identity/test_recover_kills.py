"""Killed at any chunk, two at once, with people beside them: all agrees (I12, I19, S11)."""

import os
import random
import signal
import time
from itertools import cycle
from uuid import UUID

import pytest
from django.db.models.functions import Now

from identity.actions import Choice, resolve_case
from identity.actions.draining import seed
from identity.actions.people.refusals import AlreadyLinked
from identity.models import Attempt, Lead, Link, QueueItem
from identity.rules import JobKind
from tenants.jobs import actions as jobs
from tenants.jobs.models import Job
from tenants.jobs.runner.run import DryRun
from tenants.models import Tenant, User
from tenants.scope import tenant_scope
from tests.identity.draining import check_all, life, populate
from tests.identity.test_recover_leads import NOW
from tests.workers import Workers

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]

# `make drills` asks for the long form.
KILLS = 10 if os.environ.get("MINGA_DRILLS") else 3
FOUND, LOST, DISPUTED = 80 * KILLS, 30 * KILLS, 20 * KILLS
BATCH = 12
DEATHS = ("before_commit:2", "after_commit:1", "before_commit:4", "after_commit:3")


def begun(tenant: Tenant, *, found: int, lost: int, disputed: int) -> list[UUID]:
    """Seed a backlog and enqueue two recoveries that single flight would never let run together."""
    with tenant_scope(tenant.schema_name):
        populate(found=found, lost=lost, disputed=disputed)
        seed(DryRun({}), now=NOW)
        return [jobs.enqueue(kind=JobKind.RECOVER, subject=subject).id for subject in ("one", "two")]


def resolve_some(by: User, dice: random.Random) -> int:
    """Resolve a few red leads by hand, whatever the jobs are at; return how many it was first at."""
    resolved = 0
    for lead in dice.sample(list(Lead.objects.red().values_list("id", flat=True)), 2):
        try:
            resolve_case(lead_id=lead, choice=Choice(), by=by.pk)
            resolved += 1
        except AlreadyLinked:
            pass
    return resolved


def test_killed_again_and_again_two_recoveries_and_a_person_agree(acme: Tenant, alice: User) -> None:
    """I12, I19: one link per lead, origins complete, days chain, attempts counted right."""
    both = begun(acme, found=FOUND, lost=LOST, disputed=DISPUTED)
    dice, deaths, resolved, killed = random.Random(7), cycle(DEATHS), 0, 0
    while killed < KILLS:
        lives = [life(acme.schema_name, job, batch=BATCH, death=next(deaths)) for job in both]
        with tenant_scope(acme.schema_name):
            while any(one.poll() is None for one in lives):
                # Now and then, or nothing would be left for the jobs.
                resolved += resolve_some(alice, dice)
                time.sleep(0.5)
        died = [one.wait() == -signal.SIGKILL for one in lives]
        assert any(died), "all was done before enough had died: make the backlog larger"
        killed += sum(died)
        with tenant_scope(acme.schema_name):
            check_all()
            # As if the lease had run out, and as often as it takes: three attempts would not do.
            Job.objects.filter(pk__in=both, state="running").update(lease_until=Now(), attempt=0)
    for one in [life(acme.schema_name, job, batch=BATCH) for job in both]:
        one.wait()
    with tenant_scope(acme.schema_name):
        check_all()
        done = list(Job.objects.filter(pk__in=both).values_list("state", "counters"))
        assert {state for state, _counters in done} == {"completed"}
        by_hand = Link.objects.filter(source="cabinet_lead", via="manual").count()
        by_jobs = Link.objects.filter(source="cabinet_lead", via="recover").count()
        assert resolved
        assert (by_hand, by_jobs) == (resolved, sum(counters.get("matched", 0) for _state, counters in done))
        # What was lost with a killed chunk was not counted either.
        assert (
            sum(counters.get("retry", 0) for _state, counters in done)
            == Attempt.objects.filter(via="recover").count()
        )
        left = set(QueueItem.objects.filter(status="pending", attempts=0).values_list("pk", flat=True))
        assert not left & set(Lead.objects.red().values_list("source_pk", flat=True))
        assert not Lead.objects.red().filter(source_pk__startswith="found").exists()


@pytest.mark.services
def test_real_workers_killed_twice_drain_the_queue_with_the_third_attempt(
    acme: Tenant, alice: User, workers: Workers
) -> None:
    """I12, J4: leases run out by themselves; a second recovery waits in the same queue."""
    job, second = begun(acme, found=900, lost=150, disputed=100)

    def attempts() -> tuple[int, int]:
        with tenant_scope(acme.schema_name):
            found = dict(Job.objects.values_list("pk", "attempt"))
        return found[job], found[second]

    # What has waited longest comes first: the first job, the second beside its silence, the first again.
    deaths = (("after_commit:2", (1, 0)), ("before_commit:1", (1, 1)), ("before_commit:1", (2, 1)))
    for number, (death, tried) in enumerate(deaths):
        workers.start_and_die(death)
        assert attempts() == tried
        with tenant_scope(acme.schema_name):
            resolve_some(alice, random.Random(number))
            check_all()
    workers.start(2)
    for each in (job, second):
        workers.until(lambda one=each: ended(acme, one))  # type: ignore[misc]  # one is an id
        with tenant_scope(acme.schema_name):
            check_all()
    with tenant_scope(acme.schema_name):
        assert set(Job.objects.filter(pk__in=(job, second)).values_list("state", flat=True)) == {"completed"}
        assert not Lead.objects.red().filter(source_pk__startswith="found").exists()
    assert attempts() == (3, 2)


def ended(tenant: Tenant, job: UUID) -> bool:
    """Say whether a job has ended."""
    with tenant_scope(tenant.schema_name):
        return not Job.objects.live().filter(pk=job).exists()
