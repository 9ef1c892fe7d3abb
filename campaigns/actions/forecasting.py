"""What would a launch come to: how many people, what money, until when? Nothing is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Avg

from campaigns import queries
from campaigns.actions.foreseeing import Span, allowance_of, foresee
from campaigns.actions.lacking import Lacking, lacking_in
from campaigns.actions.obstacles import obstacles
from campaigns.dispatch.desk import days_off_of
from campaigns.dispatch.money import reserve_of
from campaigns.legality import (
    NOT_LEGAL_ADVICE,
    Calendar,
    CallSettings,
    calendar_for,
    frame_named,
    stored_settings,
    zones_of_key,
)
from campaigns.models import Account, Arm, CallAttempt, Campaign, Entry
from campaigns.rules import CALLABLE, UNLAUNCHED

# What a call takes on its line until this tenant's own calls tell.
USUAL_CALL = timedelta(seconds=60)
# Nobody plans further ahead; what takes longer has no estimate.
FURTHEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A campaign before its launch: amounts are in `unit`; `finish_at` is None when none can be told.

    `left_over` people are not called once before the campaign's own end; then there is no `finish_at` either.
    `obstacles` are the reasons for which a launch would be refused, by code; none once it has begun.
    """

    campaign: Campaign
    callable: int
    held: dict[str, int]
    unit: str
    cost_per_attempt: Decimal
    cost_once: Decimal
    cost_at_most: Decimal
    calls_at_once: int
    begin_at: datetime | None
    finish_at: datetime | None
    left_over: int
    lacking: list[Lacking]
    frame: str
    advice: object
    obstacles: dict[str, str]


def forecast(*, code: str, now: datetime) -> Forecast:
    """Return what a campaign would come to if it were launched now; one attempt each decides when it ends.

    Ten queries at most, and those of its scripts. Raises UnknownCampaign.
    """
    found = queries.campaign(code=code)
    account: Account = found.account
    settings = stored_settings(found.call_settings)
    count = sum(getattr(found.tally, state) for state in CALLABLE)
    each = reserve_of(account, max_call_seconds=settings.max_call_seconds)
    span = _span(found, settings, count, each, now)
    return Forecast(
        campaign=found,
        callable=count,
        held=queries.waiting_of(found),
        unit=account.unit,
        cost_per_attempt=each,
        cost_once=each * count,
        cost_at_most=each * count * settings.max_attempts,
        calls_at_once=_lines(account, settings),
        begin_at=span.begin_at,
        finish_at=span.finish_at,
        left_over=span.left if found.ends_at else 0,
        lacking=[lack for arm in queries.arms_of(campaign=found) for lack in _lacks(found, arm)],
        frame=found.frame,
        advice=NOT_LEGAL_ADVICE,
        obstacles=obstacles(found, now=now) if found.state in UNLAUNCHED else {},
    )


def _lacks(found: Campaign, arm: Arm) -> list[Lacking]:
    return lacking_in(campaign=found, version=arm.version)


def _lines(account: Account, settings: CallSettings) -> int:
    """Return how many calls can be under way: the smallest cap counts (C18)."""
    caps = [account.max_concurrent_calls, settings.max_concurrent_calls]
    if account.provider:
        caps += [account.provider.max_concurrent_calls, account.provider.concurrency_told]
    return min(cap for cap in caps if cap)


def _span(found: Campaign, settings: CallSettings, count: int, each: Decimal, now: datetime) -> Span:
    """Return from when to when every person is called once, and how many are not."""
    account: Account = found.account
    calendar = _calendar(found, settings)
    if not count or calendar.fault:
        return Span(None, None, 0)
    begin = max(now, found.starts_at or now)
    until = min(begin + FURTHEST, found.ends_at or begin + FURTHEST)
    return foresee(
        count,
        openings=calendar.schedule.openings(begin, until),
        seconds_each=max(_seconds(account, settings) / _lines(account, settings), 1 / _rate(account)),
        allowance=allowance_of(account, each=each, now=now),
    )


def _calendar(found: Campaign, settings: CallSettings) -> Calendar:
    """Return the hours of whoever is called first."""
    people = Entry.objects.filter(campaign=found, state__in=CALLABLE)
    zones = people.order_by("earliest_at", "id").values_list("zones", flat=True).first() or ""
    frame = frame_named(settings.legal_frame)
    return calendar_for(settings, frame, zones_of_key(zones), days_off_of(found.account))


def _seconds(account: Account, settings: CallSettings) -> float:
    """Return how long a call takes a line: ringing, and as much talk as this account's calls had."""
    made = CallAttempt.objects.filter(account=account).exclude(accepted_at=None).order_by("-claimed_at")
    lately = CallAttempt.objects.filter(pk__in=made.values("pk")[:1_000])
    average = lately.aggregate(n=Avg("duration_ms"))["n"]
    talk = average / 1_000 if average is not None else USUAL_CALL.total_seconds()
    return settings.ring_seconds / 2 + float(talk)


def _rate(account: Account) -> float:
    return account.provider.calls_per_second if account.provider else 1.0
