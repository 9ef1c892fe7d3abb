"""Who waited for money, or for hours that suit, waits no longer when there are some (C14, C23)."""

from collections.abc import Iterable
from datetime import datetime

from campaigns.dispatch.alerts import clear_alert
from campaigns.dispatch.moving import Move, hold, move
from campaigns.dispatch.unpaid import ALERTS
from campaigns.dispatch.waking import hurry
from campaigns.models import Account, Campaign, Entry
from campaigns.rules import CAMPAIGN_ENDS, AccountStatus, EntryReason, EntryState

AT_ONCE = 5_000  # of one statement


def release_unpaid(account: Account, *, now: datetime) -> int:
    """Put entries that wait for an account's money back into the queue, unflag their campaigns, wake calls.

    The caller holds the account. What the money does not cover is held again. Returns how many moved.
    """
    return _release_all(account, [EntryReason.NO_FUNDS], now)


def release_repriced(account: Account, *, now: datetime) -> int:
    """Release who waits for money or for a cap when an account's calls cost otherwise.

    The caller holds the account. Returns how many moved.
    """
    return _release_all(account, ALERTS, now)


def release_cheaper(found: Campaign, *, now: datetime) -> int:
    """Release who waits for money or for the cap of one campaign when its calls hold back less.

    The caller holds the campaign. Returns how many moved.
    """
    return sum(_release_flagged(found.pk, reason, now) for reason in ALERTS)


def release_capped(found: Campaign, *, now: datetime) -> int:
    """Put entries that wait for a campaign's cap back into the queue when it is raised; unflag the campaign.

    The caller holds the campaign. Returns how many moved.
    """
    return _release_flagged(found.pk, EntryReason.SPEND_CAP, now)


def release_unsuited(found: Campaign, *, now: datetime) -> int:
    """Put entries that no moment suited back into the queue when a campaign's hours change.

    The caller holds the campaign. Whom none suits still is held again. Returns how many moved.
    """
    return _release(found.pk, EntryReason.NO_LEGAL_TIME, now)


def _release_all(account: Account, reasons: Iterable[EntryReason], now: datetime) -> int:
    waiting = Campaign.objects.filter(account=account, tally__on_hold__gt=0).exclude(state__in=CAMPAIGN_ENDS)
    campaigns = list(waiting.order_by("pk").values_list("pk", flat=True))
    hold(campaigns)
    moved = sum(_release_flagged(campaign, reason, now) for campaign in campaigns for reason in reasons)
    if moved and account.provider_id and account.status == AccountStatus.ACTIVE:
        hurry(account.provider_id)
    return moved


def _release_flagged(campaign: int, reason: EntryReason, now: datetime) -> int:
    clear_alert(ALERTS[reason], str(campaign), now=now)
    return _release(campaign, reason, now)


def _release(campaign: int, reason: EntryReason, now: datetime) -> int:
    moved = 0
    unpaid = Entry.objects.in_state(EntryState.ON_HOLD).filter(campaign=campaign, reason=reason)
    while rows := list(unpaid.select_for_update().order_by("id").values_list("id", flat=True)[:AT_ONCE]):
        steps = [Move(id, EntryState.ON_HOLD, EntryState.QUEUED, EntryReason.REQUEUED) for id in rows]
        moved += len(move(steps, now=now))
    return moved
