"""What can be asked about who pays: accounts, their ledgers, what a day and a month came to."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from campaigns.models import Account, AccountDay, CallAttempt, Campaign, LedgerRow
from campaigns.rules import CampaignState
from tenants.rules import RefusalKind, Refused

NOTHING = Decimal("0.0000")


class UnknownAccount(Refused):
    """There is no such account in this tenant."""

    code = "account_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such account.")


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """What an account has spent on its own clock, what is held for open calls, where its campaigns stand."""

    account: Account
    today: date
    spent_today: Decimal
    spent_this_month: Decimal
    reserved: Decimal
    calls_today: int
    open_calls: int
    campaigns: dict[CampaignState, int]


def accounts() -> QuerySet[Account]:
    """Return all accounts, newest first, with provider and caller numbers. Two queries."""
    return Account.objects.select_related("provider").prefetch_related("caller_numbers").order_by("-id")


def account(*, code: str) -> Account:
    """Return an account by its account_id, with its provider. One query. Raises UnknownAccount."""
    found = Account.objects.select_related("provider").filter(code=code).first()
    if found is None:
        raise UnknownAccount(account_id=code)
    return found


def countries() -> set[str]:
    """Return in which countries the accounts call. One query."""
    return set(Account.objects.order_by().values_list("country", flat=True).distinct())


def with_open_calls(found: QuerySet[Account]) -> QuerySet[Account]:
    """Add `open_calls` to each: calls that take a line now (C18)."""
    calls = CallAttempt.objects.holding_slot().filter(account=OuterRef("pk")).order_by()
    counted = calls.values("account").annotate(n=Count("pk")).values("n")
    return found.annotate(open_calls=Coalesce(Subquery(counted), 0))


def ledger_of(*, account: Account) -> QuerySet[LedgerRow]:
    """Return an account's movements, newest first."""
    return LedgerRow.objects.filter(account=account).order_by("-id")


def has_ledger(*, account: Account) -> bool:
    """Say whether anything was ever written to an account's ledger. One query."""
    return LedgerRow.objects.filter(account=account).exists()


def summary_of(*, account: Account, now: datetime) -> AccountSummary:
    """Return what an account's day and month came to, by its own clock. Three queries."""
    today = now.astimezone(ZoneInfo(account.timezone)).date()
    is_today, in_month = Q(on=today), Q(on__gte=today.replace(day=1), on__lte=today)
    days = AccountDay.objects.filter(account=account).aggregate(
        spent_today=Sum("charged", filter=is_today, default=NOTHING),
        spent_this_month=Sum("charged", filter=in_month, default=NOTHING),
        reserved=Sum("reserved", default=NOTHING),
        calls_today=Sum("calls", filter=is_today, default=0),
    )
    counted = Campaign.objects.filter(account=account).order_by().values_list("state").annotate(n=Count("pk"))
    campaigns = dict(counted)
    return AccountSummary(
        account=account,
        today=today,
        open_calls=CallAttempt.objects.holding_slot().filter(account=account).count(),
        campaigns={state: campaigns.get(state, 0) for state in CampaignState},
        **days,
    )


def accounts_adrift() -> QuerySet[Account]:
    """Return the accounts whose balance is not the sum of their ledger, which is `summed`. One query.

    None, ever (C23): whoever writes a row keeps the balance in the same transaction.
    """
    rows = LedgerRow.objects.filter(account=OuterRef("pk")).order_by().values("account")
    total = Subquery(rows.annotate(total=Sum("amount")).values("total"), output_field=_money())
    summed = Coalesce(total, NOTHING, output_field=_money())
    return Account.objects.annotate(summed=summed).exclude(balance=F("summed"))


def _money() -> DecimalField:
    return DecimalField(max_digits=14, decimal_places=4)
