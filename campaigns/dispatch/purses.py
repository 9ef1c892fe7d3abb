"""What may an account still begin now: lines, calls of its day, money? (C18, C20, C23)"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from campaigns.models import Account, AccountDay
from campaigns.rules import BillingType

NO_LIMIT = 10**9


@dataclass(slots=True)
class Purse:
    """One held account's allowance in this transaction; every call begun makes it smaller."""

    account: Account
    on: date
    lines: int
    calls: int
    money: Decimal | None  # None: an unlimited plan
    today: Decimal | None  # left of the day's spend cap; None: no cap

    def room(self, reserve: Decimal) -> int:
        """Return how many calls that hold `reserve` each may begin."""
        rooms = [self.lines, self.calls]
        rooms += [int(left / reserve) for left in (self.money, self.today) if left is not None and reserve]
        return max(0, min(rooms))

    def lacks_money(self, reserve: Decimal) -> bool:
        """Say whether the balance does not cover one more call."""
        return self.money is not None and self.money < reserve

    def begin(self, reserve: Decimal) -> bool:
        """Take one call's share of everything; False, and nothing taken, when it does not fit."""
        if self.room(reserve) < 1:
            return False
        self.lines -= 1
        self.calls -= 1
        self.money = None if self.money is None else self.money - reserve
        self.today = None if self.today is None else self.today - reserve
        return True


def purses_of(
    accounts: Collection[Account], in_use: Mapping[tuple[int, int], int], *, now: datetime
) -> dict[int, Purse]:
    """Return the purse of each held account, on its own local day. One query."""
    today = {account.pk: now.astimezone(ZoneInfo(account.timezone)).date() for account in accounts}
    rows = AccountDay.objects.filter(account__in=list(today), on__in=set(today.values()))
    days = {row.account_id: row for row in rows if row.on == today[row.account_id]}
    held: Counter[int] = Counter()
    for (account, _campaign), calls in in_use.items():
        held[account] += calls
    return {one.pk: _purse(one, today[one.pk], days.get(one.pk), held[one.pk]) for one in accounts}


def _purse(account: Account, on: date, day: AccountDay | None, held: int) -> Purse:
    begun, spent = (day.calls, day.charged + day.reserved) if day else (0, Decimal(0))
    limit, cap = account.daily_call_limit, account.daily_spend_cap
    return Purse(
        account,
        on,
        lines=account.max_concurrent_calls - held,
        calls=NO_LIMIT if limit is None else limit - begun,
        money=None if account.billing_type == BillingType.UNLIMITED else account.balance,
        today=None if cap is None else cap - spent,
    )
