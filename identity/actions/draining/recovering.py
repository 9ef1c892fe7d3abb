"""The queue is drained: whoever can be linked now is, the others wait for evidence or a person (I12)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from identity.actions.draining.evidence import IS_IGNORED, IS_LINKED, NEW_EVIDENCE
from identity.actions.evidence import read_evidence
from identity.actions.linking import Tally, link_leads
from identity.actions.linking.ruleset import current_ruleset
from identity.queries.statements import row, rows
from identity.rules import FIRST_BACKOFF_HOURS, MAX_ATTEMPTS, Via
from tenants.jobs.runner import Run

BATCH = 1_000
PAGE = 20_000
FATES = ("matched", "retry", "failed", "resolved_elsewhere", "errors")

QUEUE = """
      FROM identity_queueitem q
      LEFT JOIN identity_lead l ON l.source_pk = q.source_pk
      LEFT JOIN identity_case c ON c.lead_id = l.id
     WHERE q.status = 'pending'
"""
# Tried in vain, a lead waits for evidence and for its back-off; after an error, for the error's own alone.
# What is linked or gone needs no try and no patience. IS TRUE, because unknown is waiting too.
IS_DUE = f"""(l.id IS NULL OR {IS_LINKED} OR (
            NOT {IS_IGNORED} AND (q.retry_at IS NULL OR q.retry_at <= %(now)s)
            AND (c.retry_at IS NULL OR c.retry_at <= %(now)s)
            AND (q.attempts = 0 OR c.errors > 0 OR q.asked_at > q.tried_at OR {NEW_EVIDENCE}))) IS TRUE"""
COUNT = f"""
    SELECT count(*) FILTER (WHERE is_due), count(*) FILTER (WHERE NOT is_due)
      FROM (SELECT {IS_DUE} AS is_due {QUEUE}) AS waiting
"""  # noqa: S608 - constants
# Fewest attempts first, then the oldest. A page of the index, whoever is due in it, so that a run reads the
# queue once, however many wait in it.
LOOK = f"""
    WITH page AS MATERIALIZED (
        SELECT source_pk, attempts, queued_at FROM identity_queueitem
         WHERE status = 'pending'
           AND (attempts, queued_at, source_pk) > (%(attempts)s, %(queued_at)s, %(source_pk)s)
         ORDER BY attempts, queued_at, source_pk LIMIT %(size)s)
    SELECT p.source_pk, p.attempts, p.queued_at, d.is_due IS NOT NULL
      FROM page p
      LEFT JOIN LATERAL (
           SELECT true AS is_due {QUEUE} AND q.source_pk = p.source_pk AND {IS_DUE} LIMIT 1) d ON true
     ORDER BY p.attempts, p.queued_at, p.source_pk
"""  # noqa: S608 - constants
# Rows that another job holds are its own: a lead is tried once. What changed since the look is asked again,
# by PostgreSQL itself for a row that changed while this statement came to it.
CLAIM = f"""
    SELECT q.source_pk, CASE WHEN NOT {IS_LINKED} THEN l.id END {QUEUE}
       AND q.source_pk = ANY(%(pks)s) AND {IS_DUE}
       FOR UPDATE OF q SKIP LOCKED
"""
# What became of claimed rows is read from the links themselves: one of this job is a match, any other is
# somebody else's work. A lead without a fate was left to whoever is at it, and costs no attempt.
SETTLE = f"""
    WITH fate AS (
        SELECT q.source_pk, q.attempts, v.outcome, v.reason, c.retry_at,
               CASE WHEN l.id IS NULL THEN 'lost'
                    WHEN k.job = %(job)s THEN 'matched'
                    WHEN k.id IS NOT NULL THEN 'resolved_elsewhere'
                    WHEN v.outcome IS NULL THEN 'left'
                    WHEN v.outcome = 'error' THEN 'errors'
                    WHEN q.attempts + 1 >= {MAX_ATTEMPTS} THEN 'failed'
                    ELSE 'retry' END AS became
          FROM unnest(%(pks)s::text[], %(outcomes)s::text[], %(reasons)s::text[])
               AS v(source_pk, outcome, reason)
          JOIN identity_queueitem q ON q.source_pk = v.source_pk
          LEFT JOIN identity_lead l ON l.source_pk = q.source_pk
          LEFT JOIN identity_case c ON c.lead_id = l.id
          LEFT JOIN LATERAL (SELECT id, job FROM identity_link
                              WHERE source = 'cabinet_lead' AND source_pk = q.source_pk LIMIT 1) k ON true),
    settled AS (
        UPDATE identity_queueitem q
           SET status = CASE f.became WHEN 'lost' THEN 'failed' WHEN 'retry' THEN 'pending'
                                      WHEN 'errors' THEN 'pending' ELSE f.became END,
               attempts = q.attempts + (f.became IN ('retry', 'failed'))::int,
               reason = CASE f.became WHEN 'lost' THEN 'LEAD_NOT_FOUND' WHEN 'matched' THEN ''
                                      WHEN 'resolved_elsewhere' THEN '' ELSE f.reason END,
               tried_at = CASE WHEN f.became IN ('matched', 'retry', 'failed') THEN %(now)s
                               ELSE q.tried_at END,
               retry_at = CASE f.became WHEN 'errors' THEN f.retry_at WHEN 'retry' THEN
                               %(now)s + {FIRST_BACKOFF_HOURS} * interval '1 hour' * 2 ^ q.attempts END,
               closed_at = CASE WHEN f.became NOT IN ('retry', 'errors') THEN %(now)s END,
               job = %(job)s
          FROM fate f
         WHERE q.source_pk = f.source_pk AND f.became <> 'left'
        RETURNING CASE f.became WHEN 'lost' THEN 'failed' ELSE f.became END AS became)
    SELECT became, count(*) FROM settled GROUP BY became
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the queue. A run meets each once: who is tried goes to a later place."""

    attempts: int = -1
    queued_at: str = "-infinity"
    source_pk: str = ""


def recover(run: Run, *, limit: int | None = None, clock: Callable[[], datetime]) -> dict[str, int]:
    """Try what is due in the queue, up to `limit` rows, at most 1,000 a commit.

    Returns rows processed: matched, retry (in vain), failed (the fifth time, or without a lead),
    resolved_elsewhere and errors; beside them `backoff`, the rows that waited when it began.
    """
    if run.total is None:
        with run.chunk() as chunk:
            due, waiting = row(COUNT, **_asked(clock()))
            chunk.advance(total=due if limit is None else min(limit, due), backoff=waiting)
    for places in _batches(run, clock):
        with run.chunk() as chunk:
            # Before the moment is read: a file that is being written would wake leads too early (I7c).
            read_evidence()
            became = recover_batch(pks=[place.source_pk for place in places], job=run.job_id, now=clock())
            tried = sum(became.values())
            chunk.advance(tried, cursor={"place": asdict(places[-1])}, processed=tried, **became)
    return {name: run.counters.get(name, 0) for name in ("processed", *FATES, "backoff")}


def _batches(run: Run, clock: Callable[[], datetime]) -> Iterator[list[Place]]:
    """Yield what is due, from where the last commit ended, never more than is left of the total."""
    place = Place(**run.cursor.get("place", {}))
    while (run.total or 0) > run.done:
        found = rows(LOOK, size=PAGE, **asdict(place), **_asked(clock()))
        due = [_place(each) for each in found if each[3]]
        while due and (left := (run.total or 0) - run.done):
            some = min(BATCH, left)
            yield due[:some]
            due = due[some:]
        if len(found) < PAGE:
            return
        place = _place(found[-1])


def _place(found: Any) -> Place:
    return Place(found[1], found[2].isoformat(), found[0])


def recover_batch(*, pks: Sequence[str], job: UUID, now: datetime) -> dict[str, int]:
    """Try those of some rows that nobody else is at, in the caller's transaction; return what they became."""
    claimed = rows(CLAIM, pks=list(pks), **_asked(now))
    leads = {lead: pk for pk, lead in claimed if lead is not None}
    tally = link_leads(leads=list(leads), via=Via.RECOVER, job=job, force=True, now=now) if leads else Tally()
    fates = {leads[lead]: fate for lead, fate in tally.fates.items()}
    said = [fates.get(pk, (None, None)) for pk, _lead in claimed]
    became = rows(
        SETTLE,
        pks=[pk for pk, _lead in claimed],
        outcomes=[outcome and str(outcome) for outcome, _reason in said],
        reasons=[str(reason or "") for _outcome, reason in said],
        job=job,
        now=now,
    )
    return dict(became)


def _asked(now: datetime) -> dict[str, Any]:
    return {"ruleset": current_ruleset().text, "now": now}
