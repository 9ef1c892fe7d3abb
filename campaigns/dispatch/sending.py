"""How does a claimed call leave, once? Lawful to the last moment, marked before the request (C16, C17)."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from campaigns.dispatch.answering import record
from campaigns.dispatch.intents import Intent
from campaigns.dispatch.judging import REASONS
from campaigns.dispatch.pacing import Pace
from campaigns.dispatch.requests import NotAskable, Prepared
from campaigns.dispatch.taking_back import Back, take_back
from campaigns.providers import Answer, CallProvider, CallRequest
from campaigns.rules import EntryReason, EntryState
from tenants.jobs.runner.crash import crash_point
from tenants.records.erasure import mask_terms, masked_in_sql
from tenants.scope import current_schema

AT_ONCE = 16  # requests under way; each waits for the provider most of its time
ASK_SOON = timedelta(seconds=20)  # longer than a request may last
# Nor is anybody called whose other call, given up before, is told to have ended: it may have been a contact.
NONE_AWAITED = """
       AND NOT EXISTS (SELECT FROM campaigns_callattempt l
                        WHERE l.state = 'closed' AND l.ask_at IS NOT NULL
                          AND (l.person_key = a.person_key OR l.to_number = a.to_number))
"""
# The last word before any request, the first one or a repeated one: who was paused, cancelled, suspended or
# suppressed meanwhile is not asked for.
MAY_LEAVE = f"""
           c.id = a.campaign_id AND c.state = 'running'
       AND o.id = a.account_id AND o.status = 'active'
       AND p.id = a.provider_id AND p.stopped_at IS NULL
       AND NOT EXISTS (SELECT FROM campaigns_suppression s
                        WHERE s.lifted_at IS NULL
                          AND s.value IN (a.person_key, a.to_number, {masked_in_sql("a.person_key")},
                                          {masked_in_sql("a.to_number")})
                          AND (s.account_id IS NULL OR s.account_id = a.account_id))
       {NONE_AWAITED}
"""
# A claim older than its lease stays too. From here on the request may have left (C17).
MARK = f"""
    UPDATE campaigns_callattempt a SET state = 'sent', sent_at = %(now)s, ask_at = %(ask_at)s
      FROM campaigns_campaign c, campaigns_account o, campaigns_provider p
     WHERE a.id = %(id)s AND a.state = 'intent' AND a.lease_until > statement_timestamp() AND {MAY_LEAVE}
"""  # noqa: S608 - constants
# What the provider has taken by now is not asked for again.
MARK_AGAIN = f"""
    UPDATE campaigns_callattempt a SET ask_at = %(ask_at)s
      FROM campaigns_campaign c, campaigns_account o, campaigns_provider p
     WHERE a.id = %(id)s AND a.state IN ('sent', 'unknown') AND a.call_id = '' AND {MAY_LEAVE}
"""  # noqa: S608 - constants


def send(line: CallProvider, intents: Sequence[Intent], *, clock: Callable[[], datetime], pace: Pace) -> int:
    """Make claimed calls, each at its moment; return how many requests left.

    Threads only wait for the provider: they know no rows and no tenant (S3).
    """
    if not intents:
        return 0
    with ThreadPoolExecutor(
        max_workers=min(AT_ONCE, len(intents)), thread_name_prefix="line, of no tenant"
    ) as threads:
        asked = [(intent.id, _leave(threads, line, intent, clock, pace)) for intent in intents]
        left = [(attempt, future) for attempt, future in asked if future is not None]
        for attempt, future in left:
            answer = future.result()
            crash_point("answered")
            record(attempt, answer, now=clock())
    return len(left)


def _leave(
    threads: ThreadPoolExecutor,
    line: CallProvider,
    intent: Intent,
    clock: Callable[[], datetime],
    pace: Pace,
) -> "Future[Answer] | None":
    time.sleep(max(0.0, (intent.moment - clock()).total_seconds()))
    request = lawful_request(intent.id, now=clock())
    if request is None:
        return None
    if not mark(intent.id, now=clock()):
        # Whoever stopped it says where the entry goes; this one only waits again.
        take_back(intent.id, Back(EntryState.QUEUED, EntryReason.REQUEUED, clock()), now=clock())
        return None
    crash_point("marked")
    pace.wait()
    return threads.submit(line.create, request)


def lawful_request(attempt: UUID, *, now: datetime) -> CallRequest | None:
    """Return the request if it is lawful at this very moment; else give the call back (C16)."""
    prepared = Prepared.of(attempt)
    verdict = prepared.verdict(now)
    if not verdict.is_allowed:
        back = Back(EntryState.QUEUED, REASONS[verdict.why], verdict.earliest)
        if verdict.is_over:
            back = Back(EntryState.EXHAUSTED, REASONS[verdict.why])
        take_back(attempt, back, now=now)
        return None
    try:
        return prepared.request(current_schema() or "")
    except NotAskable:
        take_back(attempt, Back(EntryState.NEEDS_REVIEW, EntryReason.MISSING_VARIABLE), now=now)
        return None


def mark(attempt: UUID, *, now: datetime) -> bool:
    """Write down that the request leaves now; False when it must not. One statement."""
    return _marked(MARK, attempt, now)


def mark_again(attempt: UUID, *, now: datetime) -> bool:
    """Say whether a request that may have left may leave once more, like a first one. One statement."""
    return _marked(MARK_AGAIN, attempt, now)


def _marked(statement: str, attempt: UUID, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"id": attempt, "now": now, "ask_at": now + ASK_SOON, **mask_terms()})
        return bool(cursor.rowcount)
