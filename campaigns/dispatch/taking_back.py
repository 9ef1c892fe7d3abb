"""How does a call that was not made leave no trace but its attempt? Line, money and entry go back (C17)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from campaigns.dispatch import money
from campaigns.dispatch.moving import Figures, Move, add_figures, complete_done, hold, move
from campaigns.models import Account, CallAttempt, Campaign, Entry
from campaigns.rules import AT_WORK, CAMPAIGN_ENDS, AttemptState, EntryReason, EntryState, Outcome

# Nothing is known to have come of these.
UNMADE = (AttemptState.INTENT, AttemptState.SENT, AttemptState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Back:
    """Where the entry goes, why, and not before when."""

    to: EntryState
    reason: EntryReason
    earliest_at: datetime | None = None
    # Which attempts may be taken back: what may have left is not, unless the caller knows better.
    only: tuple[AttemptState, ...] = (AttemptState.INTENT,)


@transaction.atomic
def take_back(attempt: UUID, back: Back, *, now: datetime) -> bool:
    """Close an attempt that made no call; False when it stands elsewhere by now."""
    row = CallAttempt.objects.filter(pk=attempt).values("account", "campaign", "entry").first()
    if row is None:
        return False
    account = Account.objects.select_for_update(no_key=True).get(pk=row["account"])
    hold([row["campaign"]])
    entry = Entry.objects.select_for_update(no_key=True).get(pk=row["entry"])
    held = CallAttempt.objects.select_for_update(no_key=True).get(pk=attempt)
    if held.state not in back.only:
        return False
    _close(held, account, now)
    add_figures({held.campaign_id: Figures(reserved=-held.reserved)})
    if entry.state in AT_WORK:
        move([_step(entry, back, _is_over(held))], now=now)
        complete_done([held.campaign_id], now=now)
    return True


def _close(attempt: CallAttempt, account: Account, now: datetime) -> None:
    money.settle(
        account,
        on=attempt.on,
        attempt=attempt.pk,
        reserved=attempt.reserved,
        charge=money.NOTHING,
        was_made=False,
    )
    attempt.state, attempt.outcome, attempt.closed_at = AttemptState.CLOSED, Outcome.UNSENT, now
    attempt.ask_at = None
    attempt.save(update_fields=["state", "outcome", "closed_at", "ask_at"])


def _is_over(attempt: CallAttempt) -> bool:
    """Say whether its campaign was cancelled, put away since or not; nobody is called of a completed one."""
    return Campaign.objects.filter(pk=attempt.campaign_id, state__in=CAMPAIGN_ENDS).exists()


def _step(entry: Entry, back: Back, is_over: bool) -> Move:
    if is_over:
        return Move(entry.pk, EntryState(entry.state), EntryState.CANCELLED, EntryReason.CAMPAIGN_CANCELLED)
    return Move(entry.pk, EntryState(entry.state), back.to, back.reason, back.earliest_at)
