"""Which campaigns are over by their own schedule, and what becomes of those who still wait? (C22)

No call begins after a campaign's end, so nobody would ever come back for them: they end, and with the last
one the campaign. A call that is under way ends by itself; whoever waits for a person keeps waiting, since
something did happen in their call and only a person can say what.
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from campaigns.dispatch.clocks import clock_for
from campaigns.dispatch.moving import Move, complete_done, hold, move
from campaigns.models import Campaign, Entry
from campaigns.rules import CampaignState, EntryReason, EntryState

LAPSING = (EntryState.QUEUED, EntryState.RETRY_WAIT, EntryState.ON_HOLD)
CALLING = (CampaignState.RUNNING, CampaignState.PAUSED)
AT_ONCE = 2_000  # entries of one commit


def lapsed(*, clock: Callable[[], datetime]) -> dict[int, datetime]:
    """Return the campaigns whose end has passed and in which somebody waits, with their clocks. One query."""
    waiting = Q(tally__queued__gt=0) | Q(tally__retry_wait__gt=0) | Q(tally__on_hold__gt=0)
    ending = Campaign.objects.filter(waiting, state__in=CALLING, ends_at__isnull=False)
    found = {one: _now(one, clock) for one in ending.select_related("account__provider").order_by("pk")}
    return {one.pk: now for one, now in found.items() if one.ends_at and one.ends_at <= now}


def lapse(campaign: int, *, now: datetime) -> int:
    """Let some waiting entries of a campaign that is over end, and it with the last; return how many did.

    Within the caller's transaction. Five statements.
    """
    hold([campaign])
    # Its end may have been put off until its tally was ours.
    if not Campaign.objects.filter(pk=campaign, state__in=CALLING, ends_at__lte=now).exists():
        return 0
    waiting = Entry.objects.filter(campaign=campaign, state__in=LAPSING).order_by("id")
    rows = waiting.select_for_update(no_key=True).values_list("id", "state")[:AT_ONCE]
    to, reason = EntryState.EXHAUSTED, EntryReason.CAMPAIGN_OVER
    moved = move([Move(id, EntryState(state), to, reason) for id, state in rows], now=now)
    complete_done([campaign], now=now)
    return len(moved)


def _now(campaign: Campaign, clock: Callable[[], datetime]) -> datetime:
    provider = campaign.account.provider
    return clock_for(provider, clock)() if provider else clock()
