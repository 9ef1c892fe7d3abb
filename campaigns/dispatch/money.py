"""What does a call cost, and how is it paid so that nobody is ever overdrawn? (C23)

Callers hold the account's row; every movement is a ledger row, and the balance is their sum.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import connection
from django.db.models import F

from campaigns.models import Account
from campaigns.models.numbers import NEXT_NUMBER
from campaigns.rules import MONEY_PLACES, BillingType, LedgerKind

MINUTE_SECONDS = 60
MINUTE_MS = 60_000
NOTHING = Decimal(0)

ROWS = f"""
    INSERT INTO campaigns_ledgerrow (id, account_id, kind, amount, unit, attempt, note)
    SELECT {NEXT_NUMBER}, %(account)s, v.kind, v.amount, %(unit)s, v.attempt, ''
      FROM unnest(%(kinds)s::text[], %(amounts)s::numeric[], %(attempts)s::uuid[]) AS v(kind, amount, attempt)
    ON CONFLICT (attempt, kind) WHERE attempt IS NOT NULL DO NOTHING
    RETURNING amount
"""  # noqa: S608 - a constant
DAY = f"""
    INSERT INTO campaigns_accountday AS d (id, account_id, "on", calls, charged, reserved)
    VALUES ({NEXT_NUMBER}, %(account)s, %(on)s, %(calls)s, %(charged)s, %(reserved)s)
    ON CONFLICT (account_id, "on") DO UPDATE
       SET calls = d.calls + EXCLUDED.calls, charged = d.charged + EXCLUDED.charged,
           reserved = d.reserved + EXCLUDED.reserved
"""  # noqa: S608 - a constant
# A refused call is given back; rows of days exist from the claim on.
LESS = """
    UPDATE campaigns_accountday
       SET calls = calls - %(uncalled)s, charged = charged + %(charged)s, reserved = reserved - %(released)s
     WHERE account_id = %(account)s AND "on" = %(on)s
"""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a closed call gives back and takes, in the account's unit."""

    released: Decimal
    settled: Decimal


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


def reserve(account: Account, *, on: date, attempts: Collection[UUID], each: Decimal) -> None:
    """Hold money for calls that are about to be made, and count them in their day. Three statements.

    Raises IntegrityError when the balance does not cover it: the caller looked at another row than it held.
    """
    total = each * len(attempts)
    _write(account, [(LedgerKind.RESERVE, -each, attempt) for attempt in attempts])
    with connection.cursor() as cursor:
        cursor.execute(
            DAY,
            {"account": account.pk, "on": on, "calls": len(attempts), "charged": 0, "reserved": total},
        )


def settle(
    account: Account, *, on: date, attempt: UUID, reserved: Decimal, charge: Decimal, was_made: bool
) -> None:
    """Give a call's reserve back and take its charge, once. Three statements."""
    rows = [(LedgerKind.RELEASE, reserved, attempt)]
    if was_made:
        rows.append((LedgerKind.SETTLE, -charge, attempt))
    if not _write(account, rows):
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


def _write(account: Account, rows: Collection[tuple[LedgerKind, Decimal, UUID]]) -> int:
    """Write ledger rows and the balance; rows that are there already move nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS,
            {
                "account": account.pk,
                "unit": account.unit,
                "kinds": [str(kind) for kind, _amount, _attempt in rows],
                "amounts": [amount for _kind, amount, _attempt in rows],
                "attempts": [attempt for _kind, _amount, attempt in rows],
            },
        )
        written = [amount for (amount,) in cursor.fetchall()]
    if written:
        Account.objects.filter(pk=account.pk).update(balance=F("balance") + sum(written))
    return len(written)
