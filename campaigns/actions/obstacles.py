"""What keeps a campaign from being launched? Everything at once, by code, in words (C13, C22, V6).

A launch that could call nobody is refused: who pressed the button would wait for calls that never come. What
cures itself without anybody touching the campaign (money, a stopped provider) keeps nobody from launching.
"""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns import queries
from campaigns.actions.lacking import somebody_can_hear
from campaigns.actions.moments import moment_of
from campaigns.dispatch.desk import days_off_of
from campaigns.dispatch.lines import lacks_key
from campaigns.legality import calendar_for, frame_named, stored_settings, zones_of_key
from campaigns.models import Account, Campaign, Entry
from campaigns.models.words import REASON_LABELS
from campaigns.rules import CALLABLE, AccountStatus, CampaignState, EntryReason

Obstacle = tuple[str, str]  # a stable code, and the sentence for it


def payer_obstacles(account: Account) -> Iterator[Obstacle]:
    """Yield what keeps an account from calling at all. One query."""
    if account.status != AccountStatus.ACTIVE:
        yield "account_not_active", _("Its account is not active.")
    if account.provider is None:
        yield "no_provider", _("Its account has no provider of calls.")
        return
    if lacks_key(account.provider):
        yield "no_provider_key", _("Its provider has no key: nothing can be said to it.")
    if not account.provider.numbers.exists():
        yield "no_caller_number", _("Its provider has no number to call from.")


def obstacles(
    found: Campaign, *, now: datetime, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> dict[str, str]:
    """Return what keeps a campaign, read with account and counters, from being launched; {} for nothing.

    Moments that are not given are the campaign's own. Four queries, and those of its scripts.
    """
    said = [*_people_obstacles(found), *payer_obstacles(found.account)]
    if any(getattr(found.tally, state) for state in CALLABLE):
        clock = moment_of(found, now)
        begin = max(clock, starts_at or found.starts_at or clock)
        said += [*_time_obstacles(found, clock, begin, ends_at or found.ends_at), *_script_obstacles(found)]
    return dict(said)


def _people_obstacles(found: Campaign) -> Iterator[Obstacle]:
    if found.state == CampaignState.DRAFT and hasattr(found, "file"):
        yield "still_importing", _("Its file is still being read, or has nobody to call.")
    if not found.tally.entries:
        yield "no_entries", _("It has nobody to call.")
    elif not any(getattr(found.tally, state) for state in CALLABLE):
        yield "nobody_callable", _("Nobody of it can be called now: %(why)s") % {"why": _held(found)}


def _held(found: Campaign) -> str:
    """Return why people wait, such as "The time zone is not known (3)."; they may also be at an end."""
    held = queries.waiting_of(found)
    told = [f"{REASON_LABELS[EntryReason(reason)]} ({count})" for reason, count in held.items()]
    return "; ".join(told or [_("all are at an end")]) + "."


def _time_obstacles(
    found: Campaign, now: datetime, begin: datetime, ends_at: datetime | None
) -> Iterator[Obstacle]:
    if ends_at is not None and ends_at <= now:
        yield "already_over", _("Its end has passed.")
        return
    openings = _openings(found, begin, ends_at)
    if not openings:
        yield (
            "never_open",
            _("Its hours, the law and the time zones of its people leave no moment to call in."),
        )
    elif not _is_before_last_day(found, min(openings)):
        yield "past_last_day", _("The last day of everybody in it is over.")


def _openings(found: Campaign, begin: datetime, ends_at: datetime | None) -> list[date]:
    """Return the first day of calls on the clocks of each group of its people, where there is one."""
    settings = stored_settings(found.call_settings)
    frame, days_off = frame_named(settings.legal_frame), days_off_of(found.account)
    days = []
    for zones in filter(None, map(zones_of_key, found.zones)):
        calendar = calendar_for(settings, frame, zones, days_off)
        opening = None if calendar.fault else calendar.schedule.next_opening(begin)
        if opening and (ends_at is None or opening < ends_at):
            days.append(min(opening.astimezone(ZoneInfo(zone)).date() for zone in zones))
    return days


def _is_before_last_day(found: Campaign, day: date) -> bool:
    waiting = Entry.objects.callable().filter(campaign=found)
    return waiting.filter(Q(fecha_maxima__isnull=True) | Q(fecha_maxima__gte=day)).exists()


def _script_obstacles(found: Campaign) -> Iterator[Obstacle]:
    unheard = [
        arm.version
        for arm in queries.arms_of(campaign=found)
        if not somebody_can_hear(campaign=found, version=arm.version)
    ]
    if unheard:
        names = ", ".join(f"{version.script.name} v{version.number}" for version in unheard)
        yield (
            "script_values_missing",
            _("Nobody of it has what a script needs: %(names)s.") % {"names": names},
        )
