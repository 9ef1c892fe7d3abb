"""Which campaigns have nothing left to spend, and what becomes of their due entries? (C23)"""

from collections.abc import Collection, Mapping
from datetime import datetime

from campaigns.dispatch.alerts import raise_alert
from campaigns.dispatch.desk import Running
from campaigns.dispatch.moving import Move, hold, move
from campaigns.dispatch.purses import Purse
from campaigns.models import Entry, Tally
from campaigns.rules import AlertKind, EntryReason, EntryState

AT_ONCE = 500  # a round; the next one goes on
ALERTS = {EntryReason.NO_FUNDS: AlertKind.NO_FUNDS, EntryReason.SPEND_CAP: AlertKind.SPEND_CAP}


def lacking(purses: Mapping[int, Purse], campaign: Running) -> EntryReason | None:
    """Return what a campaign lacks to begin one more call: money, or room under its cap."""
    purse = purses[campaign.account]
    if purse.lacks_money(campaign.reserve):
        return EntryReason.NO_FUNDS
    is_capped = campaign.spend_cap is not None and campaign.spent + campaign.reserve > campaign.spend_cap
    return EntryReason.SPEND_CAP if is_capped else None


def hold_unpaid(purses: Mapping[int, Purse], due: Collection[Running], *, now: datetime) -> int:
    """Put due entries of campaigns that cannot pay on hold, and tell staff; return how many moved.

    Money that open calls hold back may come free: then nothing is held yet. One query a campaign that lacks
    any, and three for one whose entries are held.
    """
    moved = 0
    for campaign in sorted(due, key=lambda one: one.id):
        reason = lacking(purses, campaign)
        if reason and not _is_passing(campaign, reason):
            hold([campaign.id])
            moved += _hold(campaign.id, reason, now)
            raise_alert(ALERTS[reason], str(campaign.id), {"account": purses[campaign.account].account.code})
    return moved


def _is_passing(campaign: Running, reason: EntryReason) -> bool:
    """Say whether open calls hold money that may pay for another one when they are settled.

    Calls that have ended hold theirs until their analysis is there; nobody is told when it comes free, so
    whoever was put on hold meanwhile would stay there.
    """
    holding = Tally.objects.filter(reserved__gt=0)
    if reason is EntryReason.SPEND_CAP:
        return holding.filter(pk=campaign.id).exists()
    return holding.filter(campaign__account=campaign.account).exists()


def _hold(campaign: int, reason: EntryReason, now: datetime) -> int:
    due = Entry.objects.callable().filter(campaign=campaign, earliest_at__lte=now)
    held = due.select_for_update(skip_locked=True).order_by("earliest_at", "id")[:AT_ONCE]
    rows = list(held.values_list("id", "state"))
    return len(move([Move(id, EntryState(state), EntryState.ON_HOLD, reason) for id, state in rows], now=now))
