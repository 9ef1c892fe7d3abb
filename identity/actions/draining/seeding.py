"""The backlog becomes a queue: what is red waits for recovery, what is not red waits no more (I11)."""

from collections.abc import Mapping
from datetime import datetime

from identity.actions.draining.evidence import IS_IGNORED, IS_LINKED, NEW_EVIDENCE
from identity.actions.linking.ruleset import current_ruleset
from identity.models import Lead
from identity.queries.statements import row
from tenants.jobs.runner import Run

LEADS = 20_000
STATS = ("inserted", "requeued", "unchanged", "closed", "matched_but_in_backlog")

# One statement a page of leads. Each row of the queue is written at most once: the statuses exclude each
# other, and are asked again in the writes, since recovery may settle a row at this moment.
SEED = f"""
    WITH page AS (
        SELECT id, source_pk, inputs FROM identity_lead
         WHERE id > %(after)s ORDER BY id LIMIT %(size)s),
    seen AS (
        SELECT l.source_pk, q.status, {IS_LINKED} AS is_linked,
               CASE q.status WHEN 'failed' THEN NOT {IS_IGNORED}
                                            AND (q.asked_at > q.closed_at OR {NEW_EVIDENCE})
                             WHEN 'pending' THEN false
                             ELSE true END AS is_due
          FROM page l
          LEFT JOIN identity_queueitem q ON q.source_pk = l.source_pk
          LEFT JOIN identity_case c ON c.lead_id = l.id),
    inserted AS (
        INSERT INTO identity_queueitem (source_pk, status, attempts, reason, queued_at)
        SELECT source_pk, 'pending', 0, '', %(now)s FROM seen WHERE status IS NULL AND NOT is_linked
            ON CONFLICT DO NOTHING RETURNING 1),
    requeued AS (
        UPDATE identity_queueitem q
           SET status = 'pending', attempts = 0, reason = '', queued_at = %(now)s, tried_at = NULL,
               retry_at = NULL, closed_at = NULL
          FROM seen s
         WHERE q.source_pk = s.source_pk AND q.status = s.status AND NOT s.is_linked AND s.is_due
        RETURNING s.status),
    closed AS (
        UPDATE identity_queueitem q SET status = 'resolved_elsewhere', closed_at = %(now)s, retry_at = NULL
          FROM seen s
         WHERE q.source_pk = s.source_pk AND q.status = 'pending' AND s.status = 'pending' AND s.is_linked
        RETURNING 1)
    SELECT (SELECT max(id) FROM page), (SELECT count(*) FROM page),
           (SELECT count(*) FROM inserted), (SELECT count(*) FROM requeued),
           (SELECT count(*) FROM seen WHERE NOT is_linked)
             - (SELECT count(*) FROM inserted) - (SELECT count(*) FROM requeued),
           (SELECT count(*) FROM closed), (SELECT count(*) FROM requeued WHERE status = 'matched')
"""  # noqa: S608 - constants


def seed(run: Run, *, now: datetime) -> dict[str, int]:
    """Bring the queue in line with the backlog, 20,000 leads a commit; again, it writes nothing.

    Returns rows inserted, requeued and unchanged, which are the backlog together; closed; and how many of the
    requeued had been matched, which should be none.
    """
    total = max(Lead.objects.count(), run.done)
    ruleset = current_ruleset().text
    while True:
        with run.chunk() as chunk:
            after, looked, stats = seed_page(after=run.cursor.get("after", 0), ruleset=ruleset, now=now)
            # Leads that came meanwhile are looked at too, and a bar never runs past its end.
            total = max(total, run.done + looked)
            chunk.advance(looked, total=total, cursor={"after": after}, **stats)
        if looked < LEADS:
            return {name: run.counters[name] for name in STATS}


def seed_page(*, after: int, ruleset: str, now: datetime) -> tuple[int, int, Mapping[str, int]]:
    """Seed the leads after one in the caller's transaction; return the last, how many, stats. One query."""
    last, looked, *stats = row(SEED, after=after, size=LEADS, ruleset=ruleset, now=now)
    return last or after, looked, dict(zip(STATS, stats, strict=True))
