"""The first clients' dashboard in one statement: what came in today, what is done, what it cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from campaigns.queries.accounts import UnknownAccount
from campaigns.queries.campaigns import COMPLETED, FAILED, FINISHED, PENDING
from campaigns.rules import EntryState

# No zone's day is longer ago than that: the index needs a bound that does not depend on the account.
LONGEST_DAY = timedelta(hours=51)


def _sum(states: tuple[EntryState, ...]) -> str:
    return f"coalesce(sum({' + '.join(f't.{state}' for state in states)}), 0)"


# Archived campaigns are put away, with all that is theirs. Each account's day begins by its own clock, which
# is read once a campaign: for each of a hundred thousand people who came in today it is most of the work.
OVERVIEW = f"""
    WITH listed AS MATERIALIZED (
        SELECT c.id, c.state,
               date_trunc('day', %(now)s AT TIME ZONE a.timezone) AT TIME ZONE a.timezone AS today
          FROM campaigns_campaign c JOIN campaigns_account a ON a.id = c.account_id
         WHERE c.state <> 'archived' AND (%(account)s::text IS NULL OR a.code = %(account)s)
    ), sums AS (
        SELECT count(*) FILTER (WHERE c.state = 'running') AS active, {_sum(PENDING)} AS pending,
               {_sum(COMPLETED)} AS completed, {_sum(FAILED)} AS failed, {_sum(FINISHED)} AS finished,
               coalesce(sum(t.entries), 0) AS entries, coalesce(sum(t.charged), 0) AS charged,
               coalesce(sum(t.talk_ms), 0) AS talk_ms
          FROM listed c JOIN campaigns_tally t ON t.campaign_id = c.id
    ), today AS (
        SELECT count(*) AS entries
          FROM campaigns_entry e JOIN listed c ON c.id = e.campaign_id
         WHERE e.created_at > %(since)s AND e.created_at >= c.today
    )
    SELECT sums.*, today.entries, a.code, a.name, a.status, a.balance, a.billing_type
      FROM sums CROSS JOIN today LEFT JOIN campaigns_account a ON a.code = %(account)s
"""  # noqa: S608 - made of our own enum


@dataclass(frozen=True, slots=True)
class PayingAccount:
    """The account that an overview was asked about."""

    code: str
    name: str
    status: str
    balance: Decimal
    billing_type: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the campaigns of an account, or all that are not archived, came to."""

    active: int
    pending: int
    completed: int
    failed: int
    finished: int
    entries: int
    charged: Decimal
    talk_ms: int
    today: int
    account: PayingAccount | None


def overview(*, account: str | None, now: datetime) -> Overview:
    """Return the figures of the first clients' dashboard. One query. Raises UnknownAccount."""
    with connection.cursor() as cursor:
        cursor.execute(OVERVIEW, {"account": account, "now": now, "since": now - LONGEST_DAY})
        *figures, code, name, status, balance, billing_type = cursor.fetchone()
    if account is not None and code is None:
        raise UnknownAccount(account_id=account)
    paying = PayingAccount(code, name, status, balance, billing_type) if code else None
    return Overview(*_whole(figures, paying))


def _whole(figures: list[Any], account: PayingAccount | None) -> list[Any]:
    """Sums of whole numbers come as decimals; money stays one."""
    active, pending, completed, failed, finished, entries, charged, talk_ms, today = figures
    counts = (active, pending, completed, failed, finished, entries)
    return [*map(int, counts), Decimal(charged), int(talk_ms), int(today), account]
