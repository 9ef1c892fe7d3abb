"""Who must not be called leaves the queue at once, where an index finds them; all others at their claim."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from campaigns.dispatch.moving import Move, complete_done, hold, move
from campaigns.dispatch.wishes import Wish
from campaigns.models import Entry, Suppression
from campaigns.queries import as_wished
from campaigns.rules import EntryReason, EntryState, SuppressionKind

AT_ONCE = 1_000  # keys of one statement
# Whoever is at work or under review ends by what comes of that.
SUPPRESSIBLE = (EntryState.QUEUED, EntryState.RETRY_WAIT, EntryState.ON_HOLD)


def end_waiting(wishes: Sequence[Wish], *, account: int | None, now: datetime) -> int:
    """End the waiting entries of documents, and of persons known by a number alone; return how many.

    A person with a number left to call goes on with that one, so other entries of a number are the claim's.
    """
    campaigns = hold_waiting(wishes, account=account)
    if not campaigns:
        return 0
    steps = (_barred(part.filter(campaign__in=campaigns)) for part in _parts(wishes, account))
    moved = sum(len(move([_end(entry) for entry in part], now=now)) for part in steps)
    complete_done(campaigns, now=now)
    return moved


def hold_waiting(wishes: Sequence[Wish], *, account: int | None) -> list[int]:
    """Lock the campaigns in which somebody waits whom wishes would end; return them.

    Before wishes are written: a call that ends holds its campaign, then writes its own.
    """
    found = (part.values_list("campaign", flat=True) for part in _parts(wishes, account))
    # All at once and in one order, or two lists could wait for each other.
    campaigns = sorted({campaign for part in found for campaign in part})
    if campaigns:
        hold(campaigns)
    return campaigns


def _parts(wishes: Sequence[Wish], account: int | None) -> list[QuerySet[Entry]]:
    keys = [wish.value if wish.kind == SuppressionKind.DOCUMENT else f"N:{wish.value}" for wish in wishes]
    return [_waiting(keys[at : at + AT_ONCE], account) for at in range(0, len(keys), AT_ONCE)]


def _waiting(keys: Sequence[str], account: int | None) -> QuerySet[Entry]:
    found = Entry.objects.filter(person_key__in=keys, state__in=SUPPRESSIBLE)
    return found if account is None else found.filter(campaign__account=account)


def _barred(found: QuerySet[Entry]) -> list[Entry]:
    """Return the entries that nobody may call any more, locked."""
    rows = list(found.select_related("campaign").select_for_update(of=("self",)).order_by("id"))
    forms = as_wished({phone["number"] for row in rows for phone in row.phones})
    live = Suppression.objects.in_force().filter(kind=SuppressionKind.NUMBER, value__in=list(forms))
    barred = {(forms[value], account) for value, account in live.values_list("value", "account")}
    return [row for row in rows if row.person_key.startswith("D:") or _is_barred(row, barred)]


def _is_barred(row: Entry, barred: set[tuple[str, int | None]]) -> bool:
    account, numbers = row.campaign.account_id, [phone["number"] for phone in row.phones]
    return all((number, None) in barred or (number, account) in barred for number in numbers)


def _end(row: Entry) -> Move:
    return Move(row.pk, EntryState(row.state), EntryState.SUPPRESSED, EntryReason.DO_NOT_CALL)
