"""Which brands there are, who may see them, when each is looked at next, and whether that happens (N17)."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from insights.models import FichaCliente, FichaViewer, RowReport, Run, Task
from insights.permissions import is_bound
from insights.rules import STALE_AFTER, with_offset
from tenants.jobs.queries import next_run

WEEKS = (1, 2, 3, 4)


def visible_fichas(*, role: str | None, member: UUID) -> QuerySet[FichaCliente]:
    """Return the brands that a member sees: a viewer those bound to them, or all when none is. One query."""
    fichas = FichaCliente.objects.all()
    if not is_bound(role):
        return fichas
    named = list(FichaViewer.objects.filter(member=member).values_list("ficha", flat=True))
    return fichas.filter(pk__in=named) if named else fichas


def next_look(*, ficha: FichaCliente, now: datetime) -> datetime | None:
    """Return when the brand's schedule looks next, in its own zone; None for a disabled one. No query."""
    if not ficha.is_enabled:
        return None
    return next_run(with_offset(ficha.schedule, ficha.pk), now=now, zone=ZoneInfo(ficha.timezone))


def board_of(*, ficha: FichaCliente) -> dict[int, list[Task]]:
    """Return the tasks that stand, by week 1 to 4, with their notes. Two queries."""
    board: dict[int, list[Task]] = {week: [] for week in WEEKS}
    for task in Task.objects.filter(ficha=ficha, withdrawn_at=None).prefetch_related("notes"):
        board[task.week].append(task)
    return board


def stale_fichas(*, now: datetime) -> QuerySet[FichaCliente]:
    """Return enabled brands whose source nobody looked at for 25 hours (N17)."""
    before = now - STALE_AFTER
    never = Q(last_checked_at=None, created_at__lt=before)
    return FichaCliente.objects.enabled().filter(never | Q(last_checked_at__lt=before))


def row_reports(*, run: Run) -> QuerySet[RowReport]:
    """Return the rows that a run did not simply take; an unchanged source's are those of its first read."""
    return RowReport.objects.filter(run=run.same_as_id or run.pk)
