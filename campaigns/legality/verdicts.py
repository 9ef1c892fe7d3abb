"""May this person be called now, and if not, when? Asked at the claim and before the request (C15, C16)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from campaigns.legality.call_settings import CallSettings
from campaigns.legality.days_off import DaysOff, knows_country
from campaigns.legality.frames import Counted, LegalFrame, Limit
from campaigns.legality.schedule import LocalHours, Schedule, first_moment
from campaigns.legality.settling import legal_week


class Why(StrEnum):
    """The reason of a verdict; stable, for rows and programs."""

    ALLOWED = "allowed"
    SUPPRESSED = "suppressed"
    ZONE_UNKNOWN = "zone_unknown"
    COUNTRY_UNKNOWN = "country_unknown"
    NEVER_OPEN = "never_open"
    PAST_LAST_DAY = "past_last_day"
    NO_MOMENT_LEFT = "no_moment_left"
    NOT_BEFORE = "not_before"
    CONTACT_LIMIT = "contact_limit"
    ATTEMPT_LIMIT = "attempt_limit"
    HOLIDAY = "holiday"
    CLOSED_DAY = "closed_day"
    CLOSED_HOUR = "closed_hour"


WORDS: dict[Why, object] = {
    Why.ALLOWED: _("May be called now."),
    Why.SUPPRESSED: _("The number or the person is not to be called."),
    Why.ZONE_UNKNOWN: _("The time zone is unknown."),
    Why.COUNTRY_UNKNOWN: _("The country and its holidays are unknown."),
    Why.NEVER_OPEN: _("Hours, law and time zones leave no common moment."),
    Why.PAST_LAST_DAY: _("The last day for calls is over."),
    Why.NO_MOMENT_LEFT: _("No legal moment is left before the last day for calls ends."),
    Why.NOT_BEFORE: _("The next call was set for later."),
    Why.CONTACT_LIMIT: _("The person was reached as often as the law allows for now."),
    Why.ATTEMPT_LIMIT: _("The person was tried as often as is allowed for now."),
    Why.HOLIDAY: _("It is a holiday there."),
    Why.CLOSED_DAY: _("Nobody is called on this weekday."),
    Why.CLOSED_HOUR: _("It is outside the hours for calls there."),
}
HELD = frozenset({Why.ZONE_UNKNOWN, Why.COUNTRY_UNKNOWN, Why.NEVER_OPEN})
OVER = frozenset({Why.PAST_LAST_DAY, Why.NO_MOMENT_LEFT})


class Verdict(NamedTuple):
    """The answer: why, and from when on it would be yes (None: never)."""

    why: Why
    earliest: datetime | None

    @property
    def is_allowed(self) -> bool:
        """Whether the call may be made now."""
        return self.why is Why.ALLOWED

    @property
    def is_held(self) -> bool:
        """Whether somebody has to cure something first: the entry goes `on_hold`."""
        return self.why in HELD

    @property
    def is_over(self) -> bool:
        """Whether no call can follow any more: the entry is `exhausted`."""
        return self.why in OVER

    @property
    def words(self) -> object:
        """The reason in words, in the reader's language when printed."""
        return WORDS[self.why]


class Standing(NamedTuple):
    """What is known of one person, across all campaigns of the tenant, when the question is asked.

    `contacts` and `attempts` are the ends of the last ones, in any order, as far back as the frame's `reach`.
    """

    contacts: Sequence[datetime] = ()
    attempts: Sequence[datetime] = ()
    is_suppressed: bool = False
    last_day: date | None = None  # fecha_maxima
    earliest_at: datetime | None = None
    not_after: datetime | None = None  # the campaign's end, itself no longer in it


NOBODY_KNOWN = Standing()


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """When entries of one campaign in the same zones may be called; made by `calendar_for`, shared freely."""

    schedule: Schedule
    limits: tuple[Limit, ...]
    fault: Why | None


@lru_cache(maxsize=4_096)
def calendar_for(
    settings: CallSettings, frame: LegalFrame, zones: tuple[str, ...], days_off: DaysOff
) -> Calendar:
    """Return the calendar of a campaign for entries in `zones`; equal arguments give the same object.

    The campaign's hours hold on its own clock and on that of every zone; the law holds in every zone.
    """
    fault = None if zones else Why.ZONE_UNKNOWN
    if not knows_country(days_off.country):
        fault = Why.COUNTRY_UNKNOWN
    if fault:
        return Calendar(Schedule(()), frame.limits, fault)
    off = None if frame.calls_on_holidays else days_off
    week = legal_week(settings, frame)
    there = [LocalHours(zone, week, off) for zone in dict.fromkeys(zones)]
    here = [] if settings.timezone in zones else [LocalHours(settings.timezone, settings.week)]
    return Calendar(Schedule((*there, *here)), frame.limits, None)


def may_call(*, now: datetime, calendar: Calendar, standing: Standing = NOBODY_KNOWN) -> Verdict:
    """Answer whether the person may be called at `now` (aware), and if not why, and when at the earliest."""
    barred = _barred(now, calendar, standing)
    if barred is not None:
        return Verdict(barred, None)
    why = _delayed(now, calendar, standing) or _closed(now, calendar)
    if why is None:
        return Verdict(Why.ALLOWED, now)
    earliest = next_allowed(instant=now, calendar=calendar, standing=standing)
    if earliest is None:
        return Verdict(Why.NO_MOMENT_LEFT if _ever_opens(now, calendar) else Why.NEVER_OPEN, None)
    return Verdict(why, earliest)


def next_allowed(
    *, instant: datetime, calendar: Calendar, standing: Standing = NOBODY_KNOWN
) -> datetime | None:
    """Return the first instant from `instant` on at which `may_call` says yes; None if none comes."""
    if standing.is_suppressed or calendar.fault:
        return None
    waits = (limit_end for _why, limit_end in _limits(calendar, standing))
    first = max(instant, standing.earliest_at or instant, *waits)
    opening = calendar.schedule.next_opening(first)
    if opening is None or _is_past(opening, calendar, standing):
        return None
    return opening


def _barred(now: datetime, calendar: Calendar, standing: Standing) -> Why | None:
    """Return what no waiting cures."""
    if standing.is_suppressed:
        return Why.SUPPRESSED
    if calendar.fault:
        return calendar.fault
    return Why.PAST_LAST_DAY if _is_past(now, calendar, standing) else None


def _delayed(now: datetime, calendar: Calendar, standing: Standing) -> Why | None:
    """Return why this person has to be left alone for a while."""
    for why, until in _limits(calendar, standing):
        if now < until:
            return why
    if standing.earliest_at is not None and now < standing.earliest_at:
        return Why.NOT_BEFORE
    return None


def _closed(now: datetime, calendar: Calendar) -> Why | None:
    """Return what keeps the schedule shut, the weightiest first; None if it is open."""
    if calendar.schedule.is_open(now):
        return None
    found = {_reason(now, hours) for hours in calendar.schedule.hours}
    return next(why for why in (Why.HOLIDAY, Why.CLOSED_DAY, Why.CLOSED_HOUR) if why in found)


def _reason(now: datetime, hours: LocalHours) -> Why:
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    if hours.days_off is not None and today in hours.days_off:
        return Why.HOLIDAY
    return Why.CLOSED_HOUR if hours.week[today.weekday()] else Why.CLOSED_DAY


def _limits(calendar: Calendar, standing: Standing) -> Iterator[tuple[Why, datetime]]:
    """Yield until when each limit keeps the person from being called, if ever it did."""
    for limit in calendar.limits:
        is_of_contacts = limit.counts is Counted.CONTACTS
        ends = standing.contacts if is_of_contacts else standing.attempts
        if len(ends) >= limit.most:
            # Once this end no longer counts, fewer than `most` do.
            oldest = sorted(ends)[-limit.most]
            yield Why.CONTACT_LIMIT if is_of_contacts else Why.ATTEMPT_LIMIT, _free(limit, oldest, calendar)


def _free(limit: Limit, end: datetime, calendar: Calendar) -> datetime:
    """Return the first instant at which `end` no longer counts for the limit."""
    if limit.hours:
        return end.astimezone(UTC) + timedelta(hours=limit.hours)  # elapsed, whatever the clocks did
    zones = calendar.schedule.zones
    ahead = timedelta(days=limit.local_days)
    return max(first_moment(zone, end.astimezone(ZoneInfo(zone)).date() + ahead) for zone in zones)


def _is_past(instant: datetime, calendar: Calendar, standing: Standing) -> bool:
    """Answer whether the person's last day is over anywhere, or the campaign is (C8, C14)."""
    if standing.not_after is not None and instant >= standing.not_after:
        return True
    last = standing.last_day
    return last is not None and any(day > last for day in calendar.schedule.local_days(instant))


def _ever_opens(now: datetime, calendar: Calendar) -> bool:
    return calendar.schedule.next_opening(now) is not None
