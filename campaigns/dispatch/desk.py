"""What does a dispatcher keep at hand while it works? Running campaigns, their settings and calendars."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from json import loads
from typing import Any

from django.db import connection

from campaigns.dispatch.candidates import Candidate
from campaigns.dispatch.money import reserve_of
from campaigns.dispatch.purses import NO_LIMIT
from campaigns.legality import (
    Calendar,
    CallSettings,
    DaysOff,
    LegalFrame,
    calendar_for,
    frame_named,
    stored_settings,
    zones_of_key,
)
from campaigns.models import Account, Arm, CallerNumber, Provider
from campaigns.scripting.comparing import choose_arm

# Whoever has nobody to call costs nothing here.
RUNNING = """
    SELECT c.id, c.account_id, c.priority, c.call_settings, c.zones, c.use_case, c.spend_cap, t.turn,
           t.charged + t.reserved
      FROM campaigns_campaign c JOIN campaigns_tally t ON t.campaign_id = c.id
     WHERE c.state = 'running' AND c.account_id = ANY(%(accounts)s) AND t.queued + t.retry_wait > 0
       AND (c.starts_at IS NULL OR c.starts_at <= %(now)s) AND (c.ends_at IS NULL OR c.ends_at > %(now)s)
     ORDER BY c.id
"""


@dataclass(slots=True, eq=False)
class Hours:
    """When campaigns with the same settings and days off may call: found once for each set of zones."""

    settings: CallSettings
    frame: LegalFrame
    days_off: DaysOff
    _calendars: dict[str, Calendar] = field(default_factory=dict)

    def within(self, zones: str) -> Calendar:
        """Return when entries in `zones` may be called."""
        found = self._calendars.get(zones)
        if found is None:
            found = calendar_for(self.settings, self.frame, zones_of_key(zones), self.days_off)
            self._calendars[zones] = found
        return found


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign that calls: whose it is, how it calls, what a call holds back, and where its turn stands."""

    id: int
    account: int
    priority: int
    hours: Hours
    reserve: Decimal
    zones: tuple[str, ...]
    use_case: str
    spend_cap: Decimal | None
    turn: float
    spent: Decimal

    @property
    def settings(self) -> CallSettings:
        """How it calls."""
        return self.hours.settings

    @property
    def room(self) -> int:
        """How many more calls its own spend cap covers, each at the most that it may cost."""
        if self.spend_cap is None or not self.reserve:
            return NO_LIMIT
        return max(0, int((self.spend_cap - self.spent) / self.reserve))


@dataclass(slots=True)
class Desk:
    """One dispatcher's memory of one provider; settings are read once, for they change by new text only."""

    provider: int
    _hours: dict[tuple[str, DaysOff], Hours] = field(default_factory=dict)
    _arms: dict[int, dict[int, Arm]] = field(default_factory=dict)

    def running(self, accounts: Collection[Account], *, now: datetime) -> list[Running]:
        """Return the campaigns of accounts that may call now and have somebody to call. One query."""
        payers = {account.pk: (account, days_off_of(account)) for account in accounts}
        with connection.cursor() as cursor:
            cursor.execute(RUNNING, {"accounts": list(payers), "now": now})
            return [self._running(id, *payers[payer], *row) for id, payer, *row in cursor.fetchall()]

    def read_arms(self, campaigns: Collection[int]) -> None:
        """Read the script versions that campaigns speak by, which are pinned while they run. One query."""
        unread: dict[int, dict[int, Arm]] = {one: {} for one in campaigns if one not in self._arms}
        if unread:
            for arm in Arm.objects.filter(campaign__in=list(unread)).order_by("id"):
                unread[arm.campaign_id][arm.pk] = arm
            self._arms |= unread

    def arm_of(self, candidate: Candidate) -> Arm | None:
        """Return the script version that speaks with a person: the one it had, else by a stable hash.

        The campaign's were read before.
        """
        arms = self._arms[candidate.campaign]
        if not arms or candidate.arm in arms:
            return arms.get(candidate.arm or 0)
        weights = {key: arm.weight for key, arm in arms.items()}
        return arms[choose_arm(campaign=candidate.campaign, person=candidate.person_key, weights=weights)]

    def _running(
        self, id: int, account: Account, days_off: DaysOff, priority: int, text: str, zones: str, *rest: Any
    ) -> Running:
        hours = self._hours.get((text, days_off))
        if hours is None:
            settings = stored_settings(loads(text))
            hours = Hours(settings, frame_named(settings.legal_frame), days_off)
            self._hours[text, days_off] = hours
        reserve = reserve_of(account, max_call_seconds=hours.settings.max_call_seconds)
        return Running(id, account.pk, priority, hours, reserve, tuple(loads(zones)), *rest)


def days_off_of(account: Account) -> DaysOff:
    """Return an account's holidays: its country's but those it works, and its own."""
    extra = map(date.fromisoformat, account.extra_holidays)
    worked = map(date.fromisoformat, account.worked_holidays)
    return DaysOff.of(account.country, extra=extra, worked=worked)


@dataclass(slots=True)
class Callers:
    """The numbers that an account may call from, the one that rested longest first."""

    numbers: list[str]

    def next(self) -> str:
        """Return the next number in turn."""
        self.numbers.append(self.numbers.pop(0))
        return self.numbers[-1]


def callers_of(provider: Provider, *, now: datetime) -> Mapping[int | None, Callers]:
    """Return the rested numbers by account that has its own; None: everybody else's. Two queries.

    An account all of whose own numbers rest has none: it never calls from one that was not allowed to it.
    """
    rested = {
        each.pk: each.number for each in _numbers(provider) if not each.rests_until or each.rests_until <= now
    }
    own: dict[int | None, list[str]] = {None: list(rested.values())}
    links = CallerNumber.accounts.through.objects.filter(callernumber__provider=provider)
    for account, number in links.order_by("callernumber__last_used_at", "callernumber").values_list(
        "account", "callernumber"
    ):
        own.setdefault(account, []).extend([rested[number]] if number in rested else [])
    return {account: Callers(numbers) for account, numbers in own.items()}


def _numbers(provider: Provider) -> Iterator[CallerNumber]:
    return CallerNumber.objects.filter(provider=provider).order_by("last_used_at", "id").iterator()
