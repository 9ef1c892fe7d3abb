"""Accounts for tests, and what their ledgers must come to."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from campaigns import actions, queries
from campaigns.models import Account, LedgerRow

HERE = "/api/v1/accounts"


def an_account(code: str = "acc-one", *, balance: str = "", **facts: Any) -> Account:
    """Return a new account, topped up if asked for."""
    said: Any = {"name": "Cobranzas Uno", **facts}
    actions.create_account(facts=said, code=code)
    if balance:
        actions.top_up(code=code, amount=Decimal(balance), now=timezone.now())
    return queries.account(code=code)


def summed(account: Account) -> Decimal:
    """Return the sum of an account's ledger."""
    rows = LedgerRow.objects.filter(account=account)
    return Decimal(rows.aggregate(total=Sum("amount", default=Decimal(0)))["total"])
