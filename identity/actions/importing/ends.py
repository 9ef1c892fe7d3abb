"""How an import ends, whoever ended its job, what it says of itself, how long its traces are kept."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from identity.models import FleetImport, RefusedRow
from identity.rules import ENDED_IMPORTS, ImportState, JobKind
from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import State
from tenants.jobs.runner import Run

# Parameters that name no import settle none.
NOBODY = UUID(int=0)
ENDED_BY_JOB = {
    State.COMPLETED: ImportState.COMPLETED,
    State.FAILED: ImportState.FAILED,
    State.CANCELLED: ImportState.CANCELLED,
}
COUNTED = ("created", "updated", "unchanged", "kept", "superseded", "refused", "late", "woken", "linked")
# A file that names fewer of the known drivers than this share is probably a part of one.
EXPECTED_SHARE = 0.5
FLEET_SHRUNK = "fleet_shrunk"


def settle_fleet_import(params: dict[str, Any], state: str, error: str) -> None:
    """Say on the import how its job ended and what it wrote until then, in the job's last transaction."""
    live = FleetImport.objects.filter(pk=params.get("import", NOBODY)).exclude(state__in=ENDED_IMPORTS)
    number = live.values_list("job", flat=True).first()
    job = Job.objects.filter(pk=number).first() if number else None
    if job is not None:
        end = ENDED_BY_JOB[State(state)]
        told = result_of(job.total or 0, job.counters, job.cursor, is_whole=end is ImportState.COMPLETED)
        live.update(state=end, finished_at=Now(), error=error, result=told)


def result_of_run(run: Run) -> dict[str, Any]:
    """Return the result of a run that has read its whole file."""
    return result_of(run.total or 0, run.counters, run.cursor, is_whole=True)


def result_of(
    total: int, counters: Mapping[str, int], cursor: Mapping[str, Any], *, is_whole: bool
) -> dict[str, Any]:
    """Return the counts of an import, and what a person should look at.

    created + updated + unchanged + kept + superseded + refused = total_rows; `missing_drivers` are known ones
    that the file does not name: nothing is deleted for that.
    """
    told: dict[str, Any] = {"total_rows": total} | {name: counters.get(name, 0) for name in COUNTED}
    known = cursor.get("known", 0)
    named = told["updated"] + told["unchanged"]
    is_shrunk = is_whole and named < EXPECTED_SHARE * known
    missing = {"missing_drivers": max(known - named, 0)} if is_whole and known else {}
    return told | missing | {"warnings": [FLEET_SHRUNK] if is_shrunk else []}


def schedule_forgetting() -> None:
    """Give the tenant the nightly job that forgets refused rows after 90 days."""
    Schedule.objects.get_or_create(
        kind=JobKind.FORGET_REFUSED_ROWS, subject="", defaults={"crontab": "50 3 * * *"}
    )


def forget_refused_rows(*, before: Any) -> int:
    """Delete refused rows older than a moment; return how many."""
    count, _models = RefusedRow.objects.filter(created_at__lt=before).delete()
    return count
