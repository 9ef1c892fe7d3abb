"""Who waited for money, or for hours that suit, waits no longer when there are some (C14, C23)."""

from datetime import datetime

from campaigns.dispatch.alerts import clear_alert
from campaigns.dispatch.moving import Move, hold, move
from campaigns.dispatch.waking import hurry
from campaigns.models import Account, Campaign, Entry
from campaigns.rules import CAMPAIGN_ENDS, AccountStatus, AlertKind, EntryReason, EntryState

AT_ONCE = 5_000  # of one statement


def release_unpaid(account: Account, *, now: datetime) -> int:
    """Put entries that wait for an account's money back into the queue, unflag their campaigns, wake calls.

    The caller holds the account. What the money does not cover is held again. Returns how many moved.
    """
    waiting = Campaign.objects.filter(account=account, tally__on_hold__gt=0).exclude(state__in=CAMPAIGN_ENDS)
    campaigns = list(waiting.order_by("pk").values_list("pk", flat=True))
    hold(campaigns)
    moved = sum(_release(campaign, EntryReason.NO_FUNDS, now) for campaign in campaigns)
    for campaign in campaigns:
        clear_alert(AlertKind.NO_FUNDS, str(campaign), now=now)
    if moved and account.provider_id and account.status == AccountStatus.ACTIVE:
        hurry(account.provider_id)
    return moved


def release_capped(found: Campaign, *, now: datetime) -> int:
    """Put entries that wait for a campaign's cap back into the queue when it is raised; unflag the campaign.

    The caller holds the campaign. Returns how many moved.
    """
    moved = _release(found.pk, EntryReason.SPEND_CAP, now)
    clear_alert(AlertKind.SPEND_CAP, str(found.pk), now=now)
    return moved


def release_unsuited(found: Campaign, *, now: datetime) -> int:
    """Put entries that no moment suited back into the queue when a campaign's hours change.

    The caller holds the campaign. Whom none suits still is held again. Returns how many moved.
    """
    return _release(found.pk, EntryReason.NO_LEGAL_TIME, now)


def _release(campaign: int, reason: EntryReason, now: datetime) -> int:
    moved = 0
    unpaid = Entry.objects.in_state(EntryState.ON_HOLD).filter(campaign=campaign, reason=reason)
    while rows := list(unpaid.select_for_update().order_by("id").values_list("id", flat=True)[:AT_ONCE]):
        steps = [Move(id, EntryState.ON_HOLD, EntryState.QUEUED, EntryReason.REQUEUED) for id in rows]
        moved += len(move(steps, now=now))
    return moved
