"""When would everybody have been called once: inside the hours, the limits of a day, an own end?"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from campaigns.dispatch.purses import purses_of
from campaigns.legality import first_moment
from campaigns.models import Account

Opening = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Span:
    """From the first call to the one that leaves nobody; None when it does not come, `left` are over then."""

    begin_at: datetime | None
    finish_at: datetime | None
    left: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls an account may begin on a local day: `today`, and on each after it (C20, C23)."""

    zone: str
    today: date
    now: float = math.inf
    daily: float = math.inf

    def on(self, day: date) -> float:
        """Return how many on a day."""
        return self.now if day == self.today else self.daily


def allowance_of(account: Account, *, each: Decimal, now: datetime) -> Allowance:
    """Return what an account's daily limit, and its cap at a reserve of `each`, allow.

    One query if it has one of them, none otherwise.
    """
    limit, cap = account.daily_call_limit, account.daily_spend_cap
    today = now.astimezone(ZoneInfo(account.timezone)).date()
    if limit is None and cap is None:
        return Allowance(account.timezone, today)
    purse = purses_of([account], {}, now=now)[account.pk]
    left = _calls(purse.calls, purse.today, each)
    return Allowance(account.timezone, today, left, _calls(limit, cap, each))


def foresee(count: int, *, openings: Iterable[Opening], seconds_each: float, allowance: Allowance) -> Span:
    """Return how long `count` calls take that leave one every `seconds_each`. Pure."""
    begin_at, left, day, room = None, float(count), None, 0.0
    for start, end in _by_day(openings, allowance.zone):
        if day != (day := start.astimezone(ZoneInfo(allowance.zone)).date()):
            room = allowance.on(day)
        begun = min(left, room, (end - start).total_seconds() / seconds_each)
        begin_at = begin_at or (start if begun else None)
        left, room = left - begun, room - begun
        if not left:
            return Span(begin_at, start + timedelta(seconds=begun * seconds_each), 0)
    return Span(begin_at, None, math.ceil(left))


def _calls(limit: int | None, money: Decimal | None, each: Decimal) -> float:
    """Return the smaller of a limit and of how many calls some money pays; infinite without either."""
    allowed = math.inf if limit is None else float(limit)
    paid = math.inf if money is None or not each else float(money // each)
    return max(0.0, min(allowed, paid))


def _by_day(openings: Iterable[Opening], zone: str) -> Iterator[Opening]:
    """Cut open spans where a local day ends: its limit ends with it."""
    for opening, end in openings:
        start = opening
        while start < end:
            day = start.astimezone(ZoneInfo(zone)).date()
            stop = min(end, first_moment(zone, day + timedelta(days=1)))
            yield start, stop
            start = stop
