"""Jobs for tests, registered in the test process and, by `-I`, in real workers."""

import time
from typing import Any
from uuid import UUID

from django.db import connection

from tenants.jobs.runner import Run, handles
from tenants.records.models import AuditEntry

COUNT, BOOM, SLEEP, RUNAWAY = "tests.count", "tests.boom", "tests.sleep", "tests.runaway"


@handles(COUNT, label="Count")
def count(run: Run) -> dict[str, Any]:
    """Write one row a step: `steps` steps of `pause` seconds, each its own chunk."""
    steps = run.params["steps"]
    for step in range(run.cursor.get("next", 0), steps):
        with run.chunk() as chunk:
            AuditEntry.objects.create(verb="step", object_type="test", object_id=str(step), job=run.job_id)
            chunk.advance(1, total=steps, cursor={"next": step + 1}, written=1)
        time.sleep(run.params.get("pause", 0))
    return {"steps": steps}


@handles(BOOM, label="Boom")
def boom(run: Run) -> dict[str, Any]:
    """Fail in the first `times` attempts."""
    if run.attempt <= run.params["times"]:
        raise ValueError("boom")
    return {"attempt": run.attempt}


@handles(SLEEP, label="Sleep")
def sleep(run: Run) -> dict[str, Any]:
    """Be slow inside one chunk, longer than any lease of the tests."""
    with run.chunk() as chunk:
        time.sleep(run.params["seconds"])
        chunk.advance(1)
    return {}


@handles(RUNAWAY, label="Runaway")
def runaway(run: Run) -> dict[str, Any]:
    """Ask the database for something that takes it `seconds`."""
    with run.chunk() as chunk, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [run.params["seconds"]])
        chunk.advance(1)
    return {}


def steps_of(job_id: UUID) -> list[int]:
    """Return the steps that a counting job wrote, sorted; a doubled one stands twice."""
    rows = AuditEntry.objects.filter(job=job_id, verb="step").values_list("object_id", flat=True)
    return sorted(map(int, rows))


def audited() -> int:
    """Return how many steps any job wrote."""
    return AuditEntry.objects.filter(verb="step").count()
