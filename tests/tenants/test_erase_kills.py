"""A person's erasure is killed at every point it has; whoever takes over ends it, once (S11, S19, J6)."""

import json
import os
import random
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from tenants.jobs.models import Job
from tenants.jobs.queries import DueTicket
from tenants.jobs.runner.work import work_on
from tenants.models import Tenant, User
from tenants.records.erasure import Order, all_traces, keys_of
from tenants.records.models import AuditEntry, PersonRequest
from tenants.scope import tenant_scope
from tests.doors import api_client
from tests.lives import fall_silent, killed
from tests.tenants.test_erase_person import KEYS, numbers
from tests.tenants.traced import EMAIL, MARKS, tables_naming, trace_everywhere

pytestmark = [pytest.mark.real_roles, pytest.mark.kill]

# One commit for each app, and one for the entry in the audit.
COMMITS = 6
POINTS = ["after_claim", *(f"{at}_commit:{n}" for n in range(1, COMMITS + 1) for at in ("before", "after"))]
# Where two lives die one after the other; the third is the last that a job has.
Deaths = tuple[str, str]


def rounds() -> list[Deaths]:
    """Every point as the first death, the last one among them; in the short form four that differ in kind."""
    seconds = random.Random(7).sample(POINTS, len(POINTS))
    # After the last commit nothing is left to commit.
    every = [*zip(POINTS[:-1], seconds[:-1], strict=True), (POINTS[-1], "after_claim")]
    if os.environ.get("MINGA_DRILLS"):
        return every
    return [
        ("after_claim", "before_commit:3"),
        ("after_commit:2", "after_commit:2"),
        (f"before_commit:{COMMITS}", "after_commit:1"),
        (f"after_commit:{COMMITS}", "after_claim"),
    ]


def rehearsed(tenant: Tenant, by: User) -> dict[str, int]:
    """Return what an erasure that nobody disturbs takes from each model; nothing of it stays."""
    keys = keys_of(country=tenant.country, **KEYS)
    with tenant_scope(tenant.schema_name), transaction.atomic():
        told = [found for traces in all_traces() for found in traces.erased(Order(keys, by.pk)).items()]
        transaction.set_rollback(True)
    assert len(all_traces()) == COMMITS - 1
    return {label: count for label, count in told if count}


@pytest.mark.parametrize("deaths", rounds(), ids=" then ".join)
def test_killed_twice_it_has_erased_all_of_it_once(acme: Tenant, alice: User, deaths: Deaths) -> None:
    """S11, S19: nothing half erased, counted as if nobody had died, one entry in the audit, no key kept."""
    with tenant_scope(acme.schema_name):
        trace_everywhere(alice)
        kept, before = numbers(), tables_naming(acme.schema_name, *MARKS)
    asked = api_client(alice).post("/api/v1/privacy/erasures", KEYS | {"confirm": EMAIL})
    ticket = DueTicket(UUID(json.loads(asked.content)["id"]), acme.schema_name)
    expected = rehearsed(acme, alice)
    for attempt, death in enumerate(deaths, 1):
        killed(partial(work_on, ticket), death=death)
        with tenant_scope(acme.schema_name):
            job = Job.objects.get(pk=ticket.job)
            assert (job.state, job.attempt) == ("running", attempt)
            # Each commit took a whole app; before the first, nothing is gone.
            assert PersonRequest.objects.get().keys != {}
            if not job.done:
                assert set(tables_naming(acme.schema_name, *MARKS)) >= set(before)
        fall_silent(job, acme.schema_name)
    assert work_on(ticket)
    with tenant_scope(acme.schema_name):
        job = Job.objects.get(pk=ticket.job)
        assert (job.state, job.attempt, job.error) == ("completed", 3, "")
        assert job.result == {"rows": expected, "left": 0}
        assert (job.done, job.total, job.counters["erased"]) == (COMMITS, COMMITS, sum(expected.values()))
        assert tables_naming(acme.schema_name, *MARKS) == {}
        assert numbers() == kept
        entry = AuditEntry.objects.get(verb="erase")
        assert (entry.actor, entry.job, entry.change) == (alice.pk, job.pk, {"rows": expected, "left": 0})
        request = PersonRequest.objects.get()
        assert (request.left, request.keys, request.counts) == (0, {}, expected)
        assert request.ended_at
