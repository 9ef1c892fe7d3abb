"""How soon does a job start, and how many claims fit into a second?"""

import time
from itertools import count
from uuid import UUID

import pytest
from django.db import transaction

from tenants.jobs import actions
from tenants.jobs.models import Job
from tenants.jobs.rules import State
from tenants.jobs.runner.lease import claim, end
from tenants.models import Tenant
from tenants.scope import tenant_scope
from tests.benchmarks.figures import Timings, in_turns, show
from tests.jobs import kinds
from tests.workers import Workers

pytestmark = pytest.mark.real_roles


def test_from_enqueue_to_start(acme: Tenant, workers: Workers) -> None:
    workers.start()
    waits = Timings("enqueue to start")
    for number in range(40):
        with tenant_scope(acme.schema_name):
            job = actions.enqueue(kind=kinds.COUNT, subject=str(number), params={"steps": 1})
        workers.until(lambda: reload(acme, job.id).state == State.COMPLETED, sweeping=number == 0)  # noqa: B023
        started = reload(acme, job.id)
        assert started.started_at
        if number >= 5:
            waits.seconds.append((started.started_at - started.created_at).total_seconds())
    ordered = sorted(waits.seconds)
    show(
        "From enqueue to start, one idle worker",
        f"median {waits.median * 1000:.1f} ms, "
        f"p95 {ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms, n = {len(ordered)}",
    )


def test_claims_per_second(acme: Tenant) -> None:
    numbers = count()
    with tenant_scope(acme.schema_name):
        ids = iter([actions.enqueue(kind=kinds.COUNT, subject=str(n)).id for n in range(1300)])
        plain = Job.objects.create(kind="bench", subject="plain")

        def cycle() -> None:
            lease = claim(next(ids))
            assert lease
            with transaction.atomic():
                end(lease, State.COMPLETED)

        def update() -> None:
            Job.objects.filter(pk=plain.pk).update(done=0, counters={"n": next(numbers)})

        timings = in_turns({"one-row UPDATE": update, "claim and end": cycle}, rounds=1000)
    first = timings["one-row UPDATE"]
    show(
        "Claims of the job table, one process, committed one by one",
        "| side | median | p95 | ÷ UPDATE |",
        "| --- | --- | --- | --- |",
        *(t.line(first) for t in timings.values()),
        "",
        f"claims a second: {1 / timings['claim and end'].median:.0f}",
    )


def test_claims_with_a_long_queue(acme: Tenant) -> None:
    """The pick stays an index read however many tickets wait (J8)."""
    from tenants.jobs.queries import next_tickets
    from tenants.models import Ticket
    from tenants.scope import public_scope

    with tenant_scope(acme.schema_name):
        template = actions.enqueue(kind=kinds.COUNT)
    with public_scope():
        few = in_turns({"1 ticket": lambda: next_tickets(platform=False)}, rounds=200)["1 ticket"]
        Ticket.objects.bulk_create(
            Ticket(
                job=UUID(int=n + 1), schema_name=acme.schema_name, due_at=template.due_at, state=State.WAITING
            )
            for n in range(20_000)
        )
        time.sleep(0.1)
        many = in_turns({"20,001 tickets": lambda: next_tickets(platform=False)}, rounds=200)[
            "20,001 tickets"
        ]
    show(
        "Whose turn is it?",
        "| waiting | median | p95 | ÷ one |",
        "| --- | --- | --- | --- |",
        few.line(few),
        many.line(few),
    )


def reload(tenant: Tenant, job_id: UUID) -> Job:
    with tenant_scope(tenant.schema_name):
        return Job.objects.get(pk=job_id)
