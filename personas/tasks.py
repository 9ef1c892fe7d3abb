"""The doors of long work: import a LinkedIn file, forget what is too old."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personas import actions, queries
from personas.actions import aging
from personas.rules import JobKind
from tenants.jobs.actions import SWEEP_TASK
from tenants.jobs.runner import Run, handles
from tenants.jobs.schedules import Every, runs_every
from tenants.records.queries import kept_since

# The names that operators of the first system look for (L1, R7).
runs_every(Every("linkedin_import_worker", SWEEP_TASK, seconds=10))
runs_every(Every("persona_reclassification_worker", SWEEP_TASK, seconds=30))


@handles(JobKind.IMPORT_LINKEDIN, label=_("Import LinkedIn connections"), on_end=actions.settle_import)
def import_linkedin(run: Run) -> dict[str, object]:
    """Write a file's rows as classified contacts, a hundred a commit (L1, L7)."""
    return actions.import_rows(run)


@handles(
    JobKind.FORGET_REJECTED_ROWS, label=_("Forget old rejected rows of LinkedIn files"), schedulable=True
)
def forget_rejected_rows(run: Run) -> dict[str, object]:
    """Delete rejected rows after the tenant's days (L3)."""
    before = kept_since(aging.REJECTED_ROWS, now=timezone.now())
    with run.chunk() as chunk:
        chunk.advance(1 - run.done, total=1, deleted=actions.forget_rejected_rows(before=before))
    return dict(run.counters)


def _undo(jobs: Collection[UUID]) -> dict[UUID, str]:
    return {job: reverse("api-reclassifications-undo", args=[job]) for job in queries.undoable(job_ids=jobs)}


@handles(JobKind.RECLASSIFY, label=_("Reclassify contacts"), undo=_undo)
def reclassify(run: Run) -> dict[str, object]:
    """List and, unless it is a dry run, write the personas that the rules decide (R1-R8)."""
    return actions.run_reclassification(run)


@handles(JobKind.FORGET_PREVIEWS, label=_("Forget old previews"), schedulable=True)
def forget_previews(run: Run) -> dict[str, object]:
    """Delete the lists of previews after the tenant's days, and decisions that no job reads again."""
    before = kept_since(aging.PREVIEWS, now=timezone.now())
    deleted = 1
    while deleted:
        with run.chunk() as chunk:
            deleted = actions.forget_previews(before=before)
            chunk.advance(deleted, deleted=deleted)
    return dict(run.counters)


@handles(JobKind.COMPUTE_METRICS, label=_("Compute metrics"), schedulable=True)
def compute_metrics(run: Run) -> dict[str, object]:
    """Keep a record of contacts, keywords and coverage, every six hours."""
    with run.chunk() as chunk:
        if not run.done:
            record = actions.compute_metrics(now=timezone.now())
            chunk.advance(1, total=1, cursor={"coverage": record.figures["coverage"]})
    return dict(run.cursor)


@handles(JobKind.RECOUNT, label=_("Recount contacts"), schedulable=True)
def recount(run: Run) -> dict[str, object]:
    """Compare the counts that writers keep with the contacts, mend them, tell the drift."""
    with run.chunk() as chunk:
        if not run.done:
            chunk.advance(1, total=1, cursor=actions.recount())
    return dict(run.cursor)


@handles(JobKind.NORMALIZE_TITLES, label=_("Mend normalised titles"), schedulable=True)
def normalize_titles(run: Run) -> dict[str, object]:
    """Mend normalised copies that are missing or stale (R10)."""
    return dict(actions.backfill_run(run))
