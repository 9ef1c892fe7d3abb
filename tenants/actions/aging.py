"""For how many days a tenant keeps what: said in one table, obeyed every night, in batches (S19)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.actions.aging_jobs import forget_jobs
from tenants.display.formats import reader
from tenants.jobs.rules import ENDED
from tenants.records.actions import note
from tenants.records.models import AuditEntry, PersonRequest, Retention
from tenants.records.queries import kept_days, kept_since
from tenants.records.retention import LONGEST_DAYS, Aged, aged_kinds
from tenants.rules import RefusalKind, Refused

BATCH = 1000
# The row stays, since other rows name it; its texts may name anybody.
EMPTY_JOBS = """
    UPDATE jobs_job SET params = '{}', cursor = '{}', error = '', result = NULL
     WHERE id IN (SELECT id FROM jobs_job
                   WHERE state = ANY(%(ended)s) AND finished_at < %(before)s
                     AND (params <> '{}' OR cursor <> '{}' OR error <> '' OR result IS NOT NULL)
                   LIMIT %(most)s)
"""


class BadRetention(Refused):
    """The days are outside what makes sense for the kind."""

    code = "bad_retention"
    kind = RefusalKind.UNPROCESSABLE


@transaction.atomic
def change_retention(*, days: dict[str, int], by: UUID | None) -> dict[str, int]:
    """Write the days of kinds that differ from what is kept; return them. Raises BadRetention."""
    known = {aged.kind: aged for aged in aged_kinds()}
    changed = {kind: said for kind, said in days.items() if said != kept_days(known[kind])}
    for kind, said in changed.items():
        _write(known[kind], said, by)
    if changed:
        note(verb="changed", of="records.retention", id="", by=by, change=dict(changed))
    return changed


def _write(aged: Aged, days: int, by: UUID | None) -> None:
    if not aged.least <= days <= LONGEST_DAYS:
        words = _("A whole number from %(least)s to %(most)s.")
        number = reader().number
        told = {"least": number(aged.least), "most": number(LONGEST_DAYS)}
        raise BadRetention(words % told, field=aged.kind)
    if aged.stored is not None:
        aged.stored.write(days, by)
    else:
        said = {"days": days, "changed_by": by, "changed_at": Now()}
        Retention.objects.update_or_create(kind=aged.kind, defaults=said)


def forget_aged() -> dict[str, int]:
    """Forget one batch of each kind that is older than its days in the open tenant; return how many."""
    now = timezone.now()
    return {aged.kind: aged.forget(kept_since(aged, now=now)) for aged in aged_kinds()}


def forget_audit(before: datetime) -> int:
    """Delete old entries of the audit log."""
    return _delete(AuditEntry, at__lt=before)


def forget_requests(before: datetime) -> int:
    """Delete old requests about persons; whom they were about is long gone."""
    return _delete(PersonRequest, ended_at__lt=before)


def empty_jobs(before: datetime) -> int:
    """Empty the texts of jobs that ended long ago."""
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"ended": [str(state) for state in ENDED], "before": before, "most": BATCH}
        cursor.execute(EMPTY_JOBS, given)
        return int(cursor.rowcount)


def _delete(model: Any, **old: Any) -> int:
    keys = list(model.objects.filter(**old).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return int(model.objects.filter(pk__in=keys).delete()[0])


AUDIT = Aged("audit", _("Audit log"), 1825, ("records.AuditEntry",), forget_audit, least=365)
REQUESTS = Aged(
    "person_requests",
    _("Requests about persons"),
    1825,
    ("records.PersonRequest",),
    forget_requests,
    least=30,
)
JOBS = Aged("jobs", _("Ended jobs that nothing names any more"), 365, ("jobs.Job",), forget_jobs, least=60)
JOB_TEXTS = Aged("job_texts", _("Texts of ended jobs"), 180, ("jobs.Job",), empty_jobs, least=7)
