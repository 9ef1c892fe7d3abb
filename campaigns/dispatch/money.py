"""What does a call cost, and how is it paid so that nobody is ever overdrawn? (C23)

Callers hold the accounts' rows; every movement is a ledger row, and the balance is their sum.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import connection

from campaigns.dispatch.arrays import plain, texts
from campaigns.models import Account
from campaigns.models.numbers import NEXT_NUMBER
from campaigns.rules import MONEY_PLACES, BillingType, LedgerKind

MINUTE_SECONDS = 60
MINUTE_MS = 60_000
NOTHING = Decimal(0)

# One statement, so that a balance and its rows can never part; rows that are there already move nothing.
ROWS = f"""
    WITH written AS (
        INSERT INTO campaigns_ledgerrow (id, account_id, kind, amount, unit, attempt, note)
        SELECT {NEXT_NUMBER}, v.account, v.kind, v.amount, v.unit, v.attempt, ''
          FROM unnest(%(accounts)s::bigint[], %(units)s::text[], %(kinds)s::text[], %(amounts)s::numeric[],
                      %(attempts)s::uuid[]) AS v(account, unit, kind, amount, attempt)
        ON CONFLICT (attempt, kind) WHERE attempt IS NOT NULL DO NOTHING
        RETURNING account_id, amount
    ), paid AS (
        UPDATE campaigns_account a SET balance = a.balance + t.amount
          FROM (SELECT account_id, sum(amount) AS amount FROM written GROUP BY 1) t
         WHERE a.id = t.account_id
    )
    SELECT count(*) FROM written
"""  # noqa: S608 - a constant
DAYS = f"""
    INSERT INTO campaigns_accountday AS d (id, account_id, "on", calls, charged, reserved)
    SELECT {NEXT_NUMBER}, v.account, v.day, v.calls, 0, v.reserved
      FROM unnest(%(accounts)s::bigint[], %(days)s::date[], %(calls)s::int[], %(reserved)s::numeric[])
           AS v(account, day, calls, reserved)
    ON CONFLICT (account_id, "on") DO UPDATE
       SET calls = d.calls + EXCLUDED.calls, reserved = d.reserved + EXCLUDED.reserved
"""  # noqa: S608 - a constant
# A refused call is given back; rows of days exist from the claim on.
LESS = """
    UPDATE campaigns_accountday
       SET calls = calls - %(uncalled)s, charged = charged + %(charged)s, reserved = reserved - %(released)s
     WHERE account_id = %(account)s AND "on" = %(on)s
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What a call that is about to be made may cost at most, and whose day it counts in."""

    account: Account
    on: date
    attempt: UUID
    amount: Decimal


def four_places(amount: Decimal) -> Decimal:
    """Round money or minutes to four places, half up."""
    return amount.quantize(MONEY_PLACES, ROUND_HALF_UP)


def reserve_of(account: Account, *, max_call_seconds: int) -> Decimal:
    """Return what a call may cost at most; nothing on an unlimited plan."""
    if account.billing_type == BillingType.UNLIMITED:
        return NOTHING
    minutes = Decimal(max_call_seconds) / MINUTE_SECONDS
    if account.billing_type == BillingType.MINUTES:
        return four_places(minutes)
    return four_places(account.price_setup + account.price_per_minute * minutes)


def charge_of(account: Account, *, duration_ms: int, is_counted: bool, reserved: Decimal) -> Decimal:
    """Return what a closed call costs: by its length, at most its reserve; uncounted ones cost nothing."""
    if not is_counted or account.billing_type == BillingType.UNLIMITED:
        return NOTHING
    minutes = Decimal(duration_ms) / MINUTE_MS
    if account.billing_type == BillingType.MINUTES:
        cost = minutes
    elif duration_ms:
        cost = account.price_setup + account.price_per_minute * minutes
    else:
        cost = account.price_failed
    return min(four_places(cost), reserved)


def reserve(calls: Collection[Held]) -> None:
    """Hold money for calls that are about to be made, and count them in their day. Two statements.

    Raises IntegrityError when a balance does not cover it: the caller looked at another row than it held.
    """
    _write([(one.account, LedgerKind.RESERVE, -one.amount, one.attempt) for one in calls])
    days: dict[tuple[int, date], list[Decimal]] = {}
    for one in calls:
        days.setdefault((one.account.pk, one.on), []).append(one.amount)
    with connection.cursor() as cursor:
        cursor.execute(
            DAYS,
            {
                "accounts": [account for account, _on in days],
                "days": [on for _account, on in days],
                "calls": [len(amounts) for amounts in days.values()],
                "reserved": [sum(amounts) for amounts in days.values()],
            },
        )


def settle(
    account: Account, *, on: date, attempt: UUID, reserved: Decimal, charge: Decimal, was_made: bool
) -> None:
    """Give a call's reserve back and take its charge, once. Two statements."""
    rows = [(account, LedgerKind.RELEASE, reserved, attempt)]
    if was_made:
        rows.append((account, LedgerKind.SETTLE, -charge, attempt))
    if not _write(rows):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            LESS,
            {
                "account": account.pk,
                "on": on,
                "uncalled": 0 if was_made else 1,
                "charged": charge,
                "released": reserved,
            },
        )


def settle_late(account: Account, *, on: date, attempt: UUID, charge: Decimal) -> Decimal:
    """Take the charge of a call whose reserve was given back as if it had not been made, once; return it.

    At most what is left: the reserve may be spent by now, and nobody is overdrawn. Two statements.
    """
    charge = min(charge, max(account.balance, NOTHING))
    if _write([(account, LedgerKind.SETTLE, -charge, attempt)]):
        with connection.cursor() as cursor:
            cursor.execute(
                LESS,
                {"account": account.pk, "on": on, "uncalled": -1, "charged": charge, "released": NOTHING},
            )
    return charge


def _write(rows: Collection[tuple[Account, LedgerKind, Decimal, UUID]]) -> int:
    """Write ledger rows and balances; return how many were not there already."""
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS,
            {
                "accounts": plain(account.pk for account, *_rest in rows),
                "units": texts(account.unit for account, *_rest in rows),
                "kinds": plain(kind for _account, kind, _amount, _attempt in rows),
                "amounts": plain(amount for _account, _kind, amount, _attempt in rows),
                "attempts": plain(attempt for *_rest, attempt in rows),
            },
        )
        return int(cursor.fetchone()[0])
