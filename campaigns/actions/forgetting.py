"""What was said in calls is kept as long as the tenant says, and then forgotten (S19)."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_noop

from campaigns.actions.importing.staging import forget_leftovers
from campaigns.models import CampaignSettings
from tenants.jobs.runner import Run

ROWS_A_CHUNK = 1_000
# An open call still needs its record; what a call came to, its length and its cost stay for ever.
RECORDS = """
    DELETE FROM campaigns_callrecord WHERE attempt_id IN (
        SELECT r.attempt_id FROM campaigns_callrecord r JOIN campaigns_callattempt a ON a.id = r.attempt_id
         WHERE r.received_at < %(until)s AND a.state = 'closed'
         ORDER BY r.received_at LIMIT %(most)s)
"""
# Events are transcripts too, in the provider's words; one that still waits is applied first.
EVENTS = """
    DELETE FROM campaigns_providerevent WHERE id IN (
        SELECT id FROM campaigns_providerevent WHERE received_at < %(until)s AND applied_at IS NOT NULL
         ORDER BY received_at LIMIT %(most)s)
"""
STEPS = ((gettext_noop("Records of calls"), RECORDS), (gettext_noop("Events of providers"), EVENTS))


def forget_calls(run: Run, *, now: datetime) -> dict[str, int]:
    """Delete what was said in calls before the tenant's number of days, a chunk a commit (J6).

    Rows that a job left behind which is gone leave too: nothing else knows of them.
    """
    forget_leftovers()
    until = now - timedelta(days=kept_days())
    for number, (label, statement) in enumerate(STEPS, 1):
        run.phase(number, len(STEPS), label)
        while _chunk(run, statement, until) == ROWS_A_CHUNK:
            pass
    return dict(run.counters)


def _chunk(run: Run, statement: str, until: datetime) -> int:
    with run.chunk() as chunk:
        gone = _delete(statement, until)
        chunk.advance(gone, deleted=gone)
    return gone


def forget_batch(before: datetime) -> int:
    """Delete one batch of each kind of rows; return how many. For the nightly work of all tenants."""
    return sum(_delete(statement, before) for _label, statement in STEPS)


def kept_days() -> int:
    """Return for how many days the open tenant keeps what was said. One query."""
    settings = CampaignSettings.objects.filter(pk=1).first() or CampaignSettings()
    return int(settings.records_kept_days)


def _delete(statement: str, until: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"until": until, "most": ROWS_A_CHUNK})
        return int(cursor.rowcount)
