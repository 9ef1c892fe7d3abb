"""What runs said of single rows is kept for 90 days: it holds strangers' words (N5, S19)."""

from datetime import datetime, timedelta

from django.db import connection

from insights.rules import ROW_REPORTS_KEPT_DAYS
from tenants.jobs.runner import Run as Work
from tenants.records.models import Retention

ROWS_A_CHUNK = 5_000
# An unchanged source's rows stand at the run that read them first: they stay while a kept run points there.
OLD = """
    DELETE FROM insights_rowreport WHERE id IN (
        SELECT r.id FROM insights_rowreport r JOIN insights_run u ON u.id = r.run_id
         WHERE u.created_at < %(before)s
           AND NOT EXISTS (
               SELECT FROM insights_run k WHERE k.same_as_id = u.id AND k.created_at >= %(before)s)
         ORDER BY r.id LIMIT %(most)s)
"""


def forget_row_reports(work: Work, *, now: datetime) -> dict[str, int]:
    """Delete rows' reports of runs older than the tenant's days, a chunk a commit (J6); counts stay."""
    days = Retention.objects.filter(kind="source_rows").values_list("days", flat=True).first()
    before = now - timedelta(days=days or ROW_REPORTS_KEPT_DAYS)
    while _chunk(work, before) == ROWS_A_CHUNK:
        pass
    return dict(work.counters)


def _chunk(work: Work, before: datetime) -> int:
    with work.chunk() as chunk:
        gone = forget_batch(before)
        chunk.advance(gone, deleted=gone)
    return gone


def forget_batch(before: datetime) -> int:
    """Delete one batch; return how many rows. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(OLD, {"before": before, "most": ROWS_A_CHUNK})
        return int(cursor.rowcount)
