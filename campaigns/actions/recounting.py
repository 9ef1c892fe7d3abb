"""Counters are compared with the entries every night and mended; balances with their ledgers, and told (C23).

A counter that is wrong is only wrong: its entries say what is so. A balance that is not the sum of its ledger
is somebody's money, so a person looks at it.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection

from campaigns import queries
from campaigns.actions.moments import moment_of
from campaigns.dispatch.alerts import raise_alert
from campaigns.dispatch.moving import complete_done, hold
from campaigns.models import CallAlert, Campaign
from campaigns.rules import AlertKind, EntryState
from tenants.jobs.runner import Run

log = logging.getLogger(__name__)
TOLD = 20
_COUNTED = ", ".join(f"count(*) FILTER (WHERE state = '{state}') AS {state}" for state in EntryState)
_SET = ", ".join(f"{state} = c.{state}" for state in EntryState)
# Every mover holds the tally first, so nobody moves while it is counted.
MEND = f"""
    UPDATE campaigns_tally t SET entries = c.entries, {_SET}, version = t.version + 1
      FROM (SELECT count(*) AS entries, {_COUNTED} FROM campaigns_entry WHERE campaign_id = %(campaign)s) c
     WHERE t.campaign_id = %(campaign)s
"""  # noqa: S608 - made of our own enum


def recount(run: Run, *, now: datetime) -> dict[str, Any]:
    """Mend the counters that are wrong, a campaign a commit; alert staff to them and to wrong balances.

    Returns `{campaigns: {batch_id: counters}, accounts: {account_id: {balance, ledger}}}`, the first of each.
    """
    if "campaigns" not in run.cursor:
        # Before the first is mended: who goes on after a kill would not find it any more.
        with run.chunk() as chunk:
            chunk.advance(cursor=tell_drift(now=now))
    for code in dict.fromkeys(one.batch_id for one in queries.tallies_adrift()):
        with run.chunk() as chunk:
            mend(code, now=now)
            chunk.advance(1, mended=1)
    return dict(run.cursor)


def tell_drift(*, now: datetime) -> dict[str, Any]:
    """Alert staff to wrong counters and balances, clear alerts of those that are right again; return them."""
    counters = Counter(one.batch_id for one in queries.tallies_adrift())
    balances = {
        one.code: {"balance": str(one.balance), "ledger": str(vars(one)["summed"])}
        for one in queries.accounts_adrift().order_by("pk")
    }
    numbers = dict(Campaign.objects.filter(code__in=counters).values_list("code", "pk"))
    found = {str(numbers[code]): {"counters": count} for code, count in counters.items()}
    _tell(AlertKind.COUNTERS_DIFFER, found, now)
    _tell(AlertKind.BALANCES_DIFFER, balances, now)
    if counters or balances:
        log.error("counters of %s campaigns, balances of %s accounts are wrong", len(counters), len(balances))
    return {"campaigns": _first(counters), "accounts": _first(balances)}


def mend(code: str, *, now: datetime) -> None:
    """Count a campaign's entries anew, in the caller's transaction; it completes if all are at an end."""
    for found in Campaign.objects.filter(code=code).select_related("account__provider"):
        hold([found.pk])
        with connection.cursor() as cursor:
            cursor.execute(MEND, {"campaign": found.pk})
        complete_done([found.pk], now=moment_of(found, now))


def _tell(kind: AlertKind, found: Mapping[str, dict[str, Any]], now: datetime) -> None:
    CallAlert.objects.filter(kind=kind, cleared_at=None).exclude(subject__in=found).update(cleared_at=now)
    for subject, told in _first(found).items():
        raise_alert(kind, subject, told)


def _first(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict(islice(found.items(), TOLD))
