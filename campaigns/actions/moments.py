"""What time is it for a campaign? Its calls' own clock, so that nothing of it ends before it began."""

from datetime import datetime

from campaigns.dispatch.clocks import clock_for
from campaigns.models import Campaign, Entry


def moment_of(found: Campaign, now: datetime) -> datetime:
    """Return what `now` is for the calls of a campaign: shifted for simulated ones alone."""
    provider = found.account.provider
    return clock_for(provider, lambda: now)() if provider else now


def set_to_clock(found: Campaign, *, moment: datetime, now: datetime) -> None:
    """Let nobody of a campaign wait for our clock who is called by one that is behind it (demo).

    People are written by our clock, long before anybody knows by which one they will be called. A statement
    for shifted calls, none for others.
    """
    if moment < now:
        Entry.objects.filter(campaign=found, earliest_at__gt=moment).update(earliest_at=moment)
