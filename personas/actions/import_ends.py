"""How an import ends, whoever ended its job, and how long its traces are kept."""

from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from personas.models import LinkedInImport, RejectedRow
from personas.rules import ImportState, JobKind
from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import State

# Parameters that name no import settle none.
NOBODY = UUID(int=0)
ENDED_BY_JOB = {
    State.COMPLETED: ImportState.COMPLETED,
    State.FAILED: ImportState.FAILED,
    State.CANCELLED: ImportState.CANCELLED,
}
# The result's keys, in the order that L7 names them.
COUNTED = (
    "created",
    "updated",
    "conflicts",
    "invalid",
    "connected_on_parse_failed",
    "email_invalid_format",
    "url_invalid_format",
)


def settle_import(params: dict[str, Any], state: str, error: str) -> None:
    """Say on the import how its job ended and what it wrote until then, in the job's last transaction."""
    live = LinkedInImport.objects.filter(pk=params.get("import", NOBODY)).running()
    job = live.values_list("job", flat=True).first()
    if job is not None:
        end = ENDED_BY_JOB[State(state)]
        live.update(state=end, finished_at=Now(), error=error, result=result_of(job))


def result_of(job_id: UUID) -> dict[str, Any]:
    """Return what a job has committed so far, in the words of L7."""
    job = Job.objects.get(pk=job_id)
    return result(total=job.total or 0, counters=job.counters, cursor=job.cursor)


def result(*, total: int, counters: dict[str, int], cursor: dict[str, Any]) -> dict[str, Any]:
    """Return an import's result: exactly the keys of L7."""
    counted = {name: counters.get(name, 0) for name in COUNTED}
    return {"total_rows": total, **counted, "persona_counts": cursor.get("personas", {})}


def schedule_forgetting() -> None:
    """Give the tenant the nightly job that forgets rejected rows after 90 days (L3)."""
    Schedule.objects.get_or_create(
        kind=JobKind.FORGET_REJECTED_ROWS, subject="", defaults={"crontab": "40 3 * * *"}
    )


def forget_rejected_rows(*, before: Any) -> int:
    """Delete rejected rows older than a moment; return how many."""
    count, _models = RejectedRow.objects.filter(created_at__lt=before).delete()
    return count
