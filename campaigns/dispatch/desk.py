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
from campaigns.legality import (
    Calendar,
    CallSettings,
    DaysOff,
    LegalFrame,
    calendar_for,
    frame_named,
    stored_settings,
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


@dataclass(frozen=True, slots=True)
class Running:
    """A campaign that calls: whose it is, how it calls, and where its turn stands."""

    id: int
    account: int
    priority: int
    settings: CallSettings
    frame: LegalFrame
    zones: tuple[str, ...]
    use_case: str
    spend_cap: Decimal | None
    turn: float
    spent: Decimal

    def reserve_of(self, account: Account) -> Decimal:
        """Return what one call of the campaign holds back."""
        return reserve_of(account, max_call_seconds=self.settings.max_call_seconds)


@dataclass(slots=True)
class Desk:
    """One dispatcher's memory of one provider; settings are read once, for they change by new text only."""

    provider: int
    _settings: dict[str, CallSettings] = field(default_factory=dict)
    _arms: dict[int, tuple[Arm, ...]] = field(default_factory=dict)

    def running(self, accounts: Collection[int], *, now: datetime) -> list[Running]:
        """Return the campaigns of accounts that may call now and have somebody to call. One query."""
        with connection.cursor() as cursor:
            cursor.execute(RUNNING, {"accounts": list(accounts), "now": now})
            return [self._running(*row) for row in cursor.fetchall()]

    def arms_of(self, campaign: int) -> tuple[Arm, ...]:
        """Return the script versions a campaign speaks by; they are pinned while it runs."""
        if campaign not in self._arms:
            arms = Arm.objects.filter(campaign=campaign).select_related("version__script").order_by("id")
            self._arms[campaign] = tuple(arms)
        return self._arms[campaign]

    def arm_of(self, candidate: Candidate, campaign: int) -> Arm | None:
        """Return the script version that speaks with a person: the one it had, else by a stable hash."""
        arms = {arm.pk: arm for arm in self.arms_of(campaign)}
        if not arms or candidate.arm in arms:
            return arms.get(candidate.arm or 0)
        weights = {key: arm.weight for key, arm in arms.items()}
        return arms[choose_arm(campaign=campaign, person=candidate.person_key, weights=weights)]

    def _running(
        self, id: int, account: int, priority: int, settings: str, zones: str, *rest: Any
    ) -> Running:
        if settings not in self._settings:
            self._settings[settings] = stored_settings(loads(settings))
        own = self._settings[settings]
        frame = frame_named(own.legal_frame)
        return Running(id, account, priority, own, frame, tuple(loads(zones)), *rest)


def calendar_of(campaign: Running, zones: str, account: Account) -> Calendar:
    """Return when a campaign's entries in `zones` may be called."""
    places = tuple(zone for zone in zones.split("|") if zone)
    return calendar_for(campaign.settings, campaign.frame, places, days_off_of(account))


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
    """Return the rested numbers by account that has its own; None: everybody else's. Two queries."""
    rested = [number for number in _numbers(provider) if not number.rests_until or number.rests_until <= now]
    own: dict[int | None, list[str]] = {None: [each.number for each in rested]}
    links = CallerNumber.accounts.through.objects.filter(callernumber__in=[each.pk for each in rested])
    by_key = {each.pk: each.number for each in rested}
    for account, number in links.order_by("callernumber__last_used_at").values_list(
        "account", "callernumber"
    ):
        own.setdefault(account, []).append(by_key[number])
    return {account: Callers(numbers) for account, numbers in own.items()}


def _numbers(provider: Provider) -> Iterator[CallerNumber]:
    return CallerNumber.objects.filter(provider=provider).order_by("last_used_at", "id").iterator()
