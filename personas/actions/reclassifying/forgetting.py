"""What lists need no more: previews that nobody applied, and decisions of jobs that ended."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from personas.models import ListedChange, Reclassification, TitleDecision
from personas.models.reclassifications import Reclassifications
from personas.rules import JobKind
from tenants.jobs.models import Job, Schedule
from tenants.jobs.rules import ENDED

PIECE = 5_000


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
    pieces = ((ListedChange, old), (TitleDecision, decided))
    return sum(_delete_piece(model, lists) for model, lists in pieces)


def _delete_piece(model: type[ListedChange | TitleDecision], lists: Reclassifications) -> int:
    keys = list(model.objects.filter(of__in=lists).values_list("pk", flat=True)[:PIECE])
    return model.objects.filter(pk__in=keys).delete()[0] if keys else 0
