"""Why does nothing leave at all? What holds a whole campaign up, whoever of its people is due (W1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from campaigns.dispatch.desk import days_off_of
from campaigns.dispatch.money import reserve_of
from campaigns.dispatch.purses import Purse, purses_of
from campaigns.legality import calendar_for, frame_named, may_call, stored_settings, zones_of_key
from campaigns.models import Account, CallerNumber, Campaign, Provider
from campaigns.rules import AccountStatus, BreakerState, CampaignState


class Halt(StrEnum):
    """What keeps every call of a campaign from leaving."""

    PAUSED = "paused"
    NOT_BEGUN = "not_begun"
    SCHEDULE_OVER = "schedule_over"
    ACCOUNT = "account"
    NO_PROVIDER = "no_provider"
    STOPPED = "stopped"
    BREAKER = "breaker"
    RESTS = "rests"
    NO_CALLER = "no_caller"
    DAILY_CALLS = "daily_calls"
    DAILY_SPEND = "daily_spend"
    NO_FUNDS = "no_funds"
    SPEND_CAP = "spend_cap"
    CLOSED = "closed"


WORDS = {
    Halt.PAUSED: _("The campaign is paused: live calls finish, no new one begins."),
    Halt.NOT_BEGUN: _("Its schedule has not begun."),
    Halt.SCHEDULE_OVER: _("Its schedule is over."),
    Halt.ACCOUNT: _("Its account is not active."),
    Halt.NO_PROVIDER: _("Its account has no provider of calls."),
    Halt.STOPPED: _("The provider is stopped until somebody starts it."),
    Halt.BREAKER: _("Too many calls failed in a row: the breaker is open, then one call tries."),
    Halt.RESTS: _("The provider asked us to wait."),
    Halt.NO_CALLER: _("Every caller number rests: they were marked as spam or blocked."),
    Halt.DAILY_CALLS: _("The account's calls of the day are used."),
    Halt.DAILY_SPEND: _("The account's spend cap of the day does not cover one more call."),
    Halt.NO_FUNDS: _("The balance does not cover one more call."),
    Halt.SPEND_CAP: _("The spend cap of the campaign does not cover one more call."),
    Halt.CLOSED: _("It is outside the calling hours of everybody on its list."),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One halt; `until` is when it ends by itself, None when nobody knows or somebody has to do something."""

    halt: Halt
    until: datetime | None = None

    @property
    def words(self) -> object:
        """The halt in words."""
        return WORDS[self.halt]


def halts_of(found: Campaign, *, now: datetime) -> list[Held]:
    """Return what keeps a begun campaign from calling at `now`, none for one that may call.

    It was read with its account, that one's provider and its counters. Two queries at most; nothing is
    locked, so that a claim of the same moment may find it otherwise.
    """
    if found.state not in (CampaignState.RUNNING, CampaignState.PAUSED):
        return []
    account: Account = found.account
    return [
        *_of_campaign(found, now),
        *_of_account(account),
        *(_of_provider(account.provider, now) if account.provider else ()),
        *_of_callers(account, now),
        *_of_money(found, now),
        *_of_hours(found, now),
    ]


def _of_campaign(found: Campaign, now: datetime) -> Iterator[Held]:
    if found.state == CampaignState.PAUSED:
        yield Held(Halt.PAUSED)
    if found.starts_at and now < found.starts_at:
        yield Held(Halt.NOT_BEGUN, found.starts_at)
    if found.ends_at and now >= found.ends_at:
        yield Held(Halt.SCHEDULE_OVER)


def _of_account(account: Account) -> Iterator[Held]:
    if account.status != AccountStatus.ACTIVE:
        yield Held(Halt.ACCOUNT)
    if account.provider is None:
        yield Held(Halt.NO_PROVIDER)


def _of_provider(provider: Provider, now: datetime) -> Iterator[Held]:
    if provider.stopped_at:
        yield Held(Halt.STOPPED)
    if provider.breaker != BreakerState.CLOSED:
        until = provider.breaker_until
        # Past it one call tries, and nobody knows when that one is over.
        yield Held(Halt.BREAKER, until if until and until > now else None)
    if provider.rests_until and provider.rests_until > now:
        yield Held(Halt.RESTS, provider.rests_until)


def _of_callers(account: Account, now: datetime) -> Iterator[Held]:
    """Say that all numbers that the account may call from rest: its own, else all of the provider's."""
    own = CallerNumber.accounts.through.objects.filter(account=account, callernumber=OuterRef("pk"))
    numbers = CallerNumber.objects.filter(provider=account.provider_id).annotate(is_own=Exists(own))
    found = list(numbers.values_list("is_own", "rests_until"))
    rests = [until for is_own, until in found if is_own] or [until for _is_own, until in found]
    if rests and all(until and until > now for until in rests):
        yield Held(Halt.NO_CALLER, min(until for until in rests if until))


def _of_money(found: Campaign, now: datetime) -> Iterator[Held]:
    settings = stored_settings(found.call_settings)
    each = reserve_of(found.account, max_call_seconds=settings.max_call_seconds)
    purse: Purse = purses_of([found.account], {}, now=now)[found.account_id]
    if purse.calls < 1:
        yield Held(Halt.DAILY_CALLS)
    if purse.today is not None and purse.today < each:
        yield Held(Halt.DAILY_SPEND)
    if purse.lacks_money(each):
        yield Held(Halt.NO_FUNDS)
    spent = found.tally.charged + found.tally.reserved
    if found.spend_cap is not None and spent + each > found.spend_cap:
        yield Held(Halt.SPEND_CAP)


def _of_hours(found: Campaign, now: datetime) -> Iterator[Held]:
    """Say that every clock of its people is outside the hours, and when the first one is inside."""
    settings = stored_settings(found.call_settings)
    frame, days_off = frame_named(settings.legal_frame), days_off_of(found.account)
    places = [zones_of_key(key) for key in found.zones if key]
    verdicts = [may_call(now=now, calendar=calendar_for(settings, frame, one, days_off)) for one in places]
    if verdicts and not any(one.is_allowed for one in verdicts):
        yield Held(Halt.CLOSED, min((one.earliest for one in verdicts if one.earliest), default=None))
