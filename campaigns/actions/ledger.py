"""Money and minutes come in, go back and are set right; each is one more row of a ledger that only grows."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.actions.accounts import hold_account
from campaigns.actions.releasing import release_unpaid
from campaigns.models import Account, LedgerRow
from campaigns.rules import MONEY_BELOW, BillingType, LedgerKind, in_places
from tenants.intake import Fault, one_line
from tenants.records.actions import note as audit
from tenants.rules import RefusalKind, Refused

LONGEST_NOTE = 200
MOVED_BY_PEOPLE = (LedgerKind.TOPUP, LedgerKind.REFUND, LedgerKind.ADJUSTMENT)


class BadAmount(Refused):
    """An amount is zero, negative where it must not be, or larger than any ledger."""

    code = "amount_invalid"
    kind = RefusalKind.UNPROCESSABLE
    message = _("An amount is more than 0, with four decimals at most.")

    def __init__(self, message: object = "") -> None:
        super().__init__(message, faults=(Fault("invalid", "#/amount", message or self.message),))


class BalanceTooLow(Refused):
    """The balance would fall below zero (C23)."""

    code = "balance_too_low"
    message = _("The balance would fall below zero.")


class PlanWithoutBalance(Refused):
    """An unlimited plan counts neither money nor minutes."""

    code = "account_unlimited"
    message = _("An unlimited plan has no balance: there is nothing to add to or to take from.")


def top_up(*, code: str, amount: Decimal, now: datetime, note: str = "", by: UUID | None = None) -> LedgerRow:
    """Add money, or minutes on a plan of minutes; who waited for it may be called again (C23).

    Raises UnknownAccount, BadAmount for zero or less, PlanWithoutBalance.
    """
    return move_money(kind=LedgerKind.TOPUP, code=code, amount=amount, now=now, note=note, by=by)


def refund(*, code: str, amount: Decimal, now: datetime, note: str = "", by: UUID | None = None) -> LedgerRow:
    """Give back what calls have cost. Raises as `top_up` does."""
    return move_money(kind=LedgerKind.REFUND, code=code, amount=amount, now=now, note=note, by=by)


def adjust(*, code: str, amount: Decimal, now: datetime, note: str = "", by: UUID | None = None) -> LedgerRow:
    """Set the balance right by more or by less, never below zero.

    Raises UnknownAccount, BadAmount for zero, BalanceTooLow, PlanWithoutBalance.
    """
    return move_money(kind=LedgerKind.ADJUSTMENT, code=code, amount=amount, now=now, note=note, by=by)


def amount_of(kind: LedgerKind, amount: Decimal) -> Decimal:
    """Return the amount that a movement of a kind would write. Raises BadAmount."""
    found = _in_places(amount)
    if not found or (found < 0 and kind != LedgerKind.ADJUSTMENT):
        raise BadAmount
    return found


def check_balance(account: Account, amount: Decimal) -> None:
    """Raise PlanWithoutBalance, BalanceTooLow or BadAmount unless the balance may become so much."""
    if account.billing_type == BillingType.UNLIMITED:
        raise PlanWithoutBalance
    if account.balance + amount < 0:
        raise BalanceTooLow(balance=str(account.balance), unit=account.unit)
    if account.balance + amount >= MONEY_BELOW:
        raise BadAmount(_("The amount is too large."))


@transaction.atomic
def move_money(
    *,
    kind: LedgerKind,
    code: str,
    amount: Decimal,
    now: datetime,
    note: str = "",
    by: UUID | None = None,
) -> LedgerRow:
    """Write a top-up, a refund or an adjustment. Raises as each of them does; others are calls' alone."""
    if kind not in MOVED_BY_PEOPLE:
        raise ValueError(kind)
    amount = amount_of(kind, amount)
    account = hold_account(code)
    check_balance(account, amount)
    account.balance += amount
    account.save(update_fields=["balance"])
    made = LedgerRow.objects.create(
        account=account,
        kind=kind,
        amount=amount,
        unit=account.unit,
        note=one_line(note)[:LONGEST_NOTE],
        created_by=by,
    )
    made.refresh_from_db()
    audit(verb=str(kind), of="account", id=account.pk, by=by, change={"amount": str(amount), "row": made.pk})
    if amount > 0:
        release_unpaid(account, now=now)
    return made


def _in_places(amount: Decimal) -> Decimal:
    try:
        return in_places(amount)
    except ValueError as error:
        raise BadAmount(_("The amount is too large.")) from error
