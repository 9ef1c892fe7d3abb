"""Since when is nothing heard of a campaign though somebody may be called? Hours and pauses are none (W2)."""

from datetime import datetime, timedelta

from django.db.models import Min

from campaigns.dispatch.clocks import clock_for
from campaigns.dispatch.desk import Hours, days_off_of
from campaigns.dispatch.halts import halts_of
from campaigns.legality import Schedule, frame_named, stored_settings
from campaigns.models import CallAttempt, Campaign, Entry
from campaigns.rules import CALLABLE, CampaignState
from tenants.records.models import AuditEntry

SECOND = timedelta(seconds=1)


def silent_since(found: Campaign, *, heard_at: datetime | None, now: datetime) -> datetime | None:
    """Return since when somebody may be called and nothing was heard, by the clock of the campaign's calls.

    None while a call is open, something holds the campaign up, or all who are due are outside their hours. It
    was read as for `halts_of`; `heard_at` is its last sign. Five queries at most.
    """
    if found.state != CampaignState.RUNNING or _has_open_calls(found) or halts_of(found, now=now):
        return None
    signs = (heard_at, found.starts_at, _resumed_at(found))
    heard = max((at for at in signs if at is not None), default=None)
    settings = stored_settings(found.call_settings)
    hours = Hours(settings, frame_named(settings.legal_frame), days_off_of(found.account))
    waited = (
        _open_since(hours.within(zones).schedule, max(due, heard or due), now)
        for zones, due in _due_by_zones(found, now)
    )
    return min((since for since in waited if since is not None), default=None)


def _has_open_calls(found: Campaign) -> bool:
    return CallAttempt.objects.open().filter(campaign=found).exists()


def _resumed_at(found: Campaign) -> datetime | None:
    """Return when it was last resumed; only its history keeps that, by our clock."""
    acts = AuditEntry.objects.filter(object_type="campaign", object_id=str(found.pk), verb="resume")
    at, provider = acts.order_by("-id").values_list("at", flat=True).first(), found.account.provider
    return clock_for(provider, lambda: at)() if at and provider else at


def _due_by_zones(found: Campaign, now: datetime) -> list[tuple[str, datetime]]:
    """Return since when somebody is due in each set of zones. One query."""
    due = Entry.objects.filter(campaign=found, state__in=CALLABLE, earliest_at__lte=now)
    return list(due.order_by().values_list("zones").annotate(at=Min("earliest_at")))


def _open_since(schedule: Schedule, since: datetime, now: datetime) -> datetime | None:
    """Return the opening that still lasts at `now`, or `since` if that is later; None when it is closed."""
    if not schedule.is_open(now):
        return None
    return list(schedule.openings(min(since, now), now + SECOND))[-1][0]
