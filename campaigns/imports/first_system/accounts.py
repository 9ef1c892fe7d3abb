"""An account of the first calling system: who paid, how, and what was left."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from campaigns.imports.first_system.values import Fields
from campaigns.rules import NAME_LENGTH, AccountStatus, BillingType

_STATUSES: Mapping[str, AccountStatus] = {
    **{str(one): one for one in AccountStatus},
    "inactive": AccountStatus.SUSPENDED,
    "pending": AccountStatus.PENDING_ACTIVATION,
    "trial": AccountStatus.PENDING_ACTIVATION,
}
_BILLINGS: Mapping[str, BillingType] = {
    **{str(one): one for one in BillingType},
    "credit": BillingType.CREDITS,
    "credit_based": BillingType.CREDITS,
    "minute": BillingType.MINUTES,
    "minutes_based": BillingType.MINUTES,
}
_BALANCES: Mapping[BillingType, tuple[str, ...]] = {
    BillingType.CREDITS: ("balance", "credit_balance", "credits_available", "credits"),
    BillingType.MINUTES: ("balance", "minutes_remaining", "minutes_balance", "minutes_available"),
    BillingType.UNLIMITED: (),
}
ACCOUNT_FIELDS: Mapping[str, str] = {
    "_id": "source id",
    "account_id": "account_id (else the source id)",
    "name": "name",
    "account_name": "name",
    "contact": "contact",
    "contact_name": "contact",
    "contact_email": "contact",
    "status": "status (one that nobody knows: suspended)",
    "billing_type": "billing: credits, minutes, unlimited",
    "plan_type": "billing",
    "balance": "a ledger row: adjustment to what was left",
    "credit_balance": "a ledger row",
    "minutes_remaining": "a ledger row, in minutes",
    "price_per_minute": "price of a minute",
    "cost_per_minute": "price of a minute",
    "price_setup": "price of a connection",
    "price_failed": "price of a failed call",
    "currency": "currency",
    "max_concurrent_calls": "calls at once",
    "daily_call_limit": "calls a day",
    "country": "country (CL unless said)",
    "timezone": "time zone",
}


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """Who paid; None where nothing is said."""

    code: str
    name: str
    contact: str
    status: AccountStatus
    billing_type: BillingType
    balance: Decimal
    price_per_minute: Decimal | None
    price_setup: Decimal | None
    price_failed: Decimal | None
    currency: str
    max_concurrent_calls: int | None
    daily_call_limit: int | None
    country: str
    timezone: str
    issues: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """Return what is said, under the names of an account's facts."""
        names = ("name", "contact", "billing_type", "price_per_minute", "price_setup", "price_failed",
                 "currency", "max_concurrent_calls", "daily_call_limit", "country", "timezone")  # fmt: skip
        told = {name: getattr(self, name) for name in names}
        return {name: value for name, value in told.items() if value not in (None, "")}


def read_account(document: Mapping[str, Any]) -> AccountRecord:
    """Return the account of a document."""
    fields = Fields(document, "plan", "settings")
    billing = _BILLINGS.get(fields.text("billing_type", "plan_type", longest=40).lower(), BillingType.CREDITS)
    code = fields.text("account_id", "id", longest=65)
    return AccountRecord(
        code=code,
        name=fields.text("name", "account_name", "company_name", longest=NAME_LENGTH) or code,
        contact=fields.text("contact", "contact_name", "contact_email", "email", longest=200),
        status=_STATUSES.get(fields.text("status", longest=40).lower(), AccountStatus.SUSPENDED),
        billing_type=billing,
        balance=(fields.amount(*_BALANCES[billing]) if _BALANCES[billing] else None) or Decimal(0),
        price_per_minute=fields.amount("price_per_minute", "cost_per_minute"),
        price_setup=fields.amount("price_setup", "cost_per_call_setup", "call_setup_cost"),
        price_failed=fields.amount("price_failed", "failed_call_cost", "cost_failed_call"),
        currency=fields.text("currency", longest=3).upper(),
        max_concurrent_calls=fields.whole("max_concurrent_calls", least=1),
        daily_call_limit=fields.whole("daily_call_limit", "max_daily_calls", least=1),
        country=fields.text("country", longest=2).upper(),
        timezone=fields.text("timezone", "time_zone", longest=40),
        issues=fields.noted,
    )
