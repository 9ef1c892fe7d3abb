"""What lists need no more: previews that nobody applied, and decisions of jobs that ended."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from personas.actions import statements
from personas.models import Reclassification
from personas.models.reclassifications import Reclassifications
from personas.rules import JobKind
from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import ENDED

PIECE = 5_000
# By the rows' own places: 5,000 keys of two columns each would take seconds to write down and to read.
FORGOTTEN = """
    DELETE FROM {table} WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM {table} WHERE of_id = ANY(%(lists)s) LIMIT %(limit)s))
    RETURNING 1
"""


def schedule_forgetting_previews() -> None:
    """Give the tenant the nightly job that forgets old previews."""
    Schedule.objects.get_or_create(
        kind=JobKind.FORGET_PREVIEWS, subject="", defaults={"crontab": "50 3 * * *"}
    )


def forget_previews(*, before: datetime) -> int:
    """Delete up to 5,000 rows that no job reads again; return how many, 0 at the end.

    Lists that were applied are history (R8) and stay.
    """
    ended = Job.objects.filter(pk=OuterRef("job"), state__in=ENDED)
    over = Reclassification.objects.filter(Exists(ended))
    old = over.filter(dry_run=True, created_at__lt=before, applied_by=None)
    real = over.filter(dry_run=False)
    # A preview's decisions are needed until it is applied, or too old to be.
    decided = real | old | over.filter(applied_by__in=real)
    pieces = (("personas_listedchange", old), ("personas_titledecision", decided))
    return sum(_delete_piece(table, lists) for table, lists in pieces)


def _delete_piece(table: str, lists: Reclassifications) -> int:
    asked = {"lists": list(lists.values_list("id", flat=True)), "limit": PIECE}
    return len(statements.rows(FORGOTTEN.format(table=table), **asked))
