"""What can be asked about campaigns: lists, one, how far each is, by one definition of each figure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Tally
from campaigns.rules import CAMPAIGN_ENDS, FINAL, CampaignState, EntryState
from tenants.rules import RefusalKind, Refused

MS_A_MINUTE = 60_000
# What the first clients' words count (API section of the spec).
PENDING = (EntryState.QUEUED, EntryState.RETRY_WAIT, EntryState.CLAIMED)
COMPLETED = (EntryState.SUCCEEDED,)
FAILED = (EntryState.FAILED, EntryState.EXHAUSTED)
SUSPENDED = (EntryState.ON_HOLD, EntryState.NEEDS_REVIEW)
FINISHED = (*COMPLETED, *FAILED)
_TOLD = ("code", "state", "started_at", "completed_at")
_COUNTED = ("entries", "charged", "talk_ms", *EntryState)


class UnknownCampaign(Refused):
    """There is no such campaign in this tenant."""

    code = "campaign_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such campaign.")


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """How far a campaign is, as often as somebody likes to ask."""

    code: str
    state: CampaignState
    started_at: datetime | None
    completed_at: datetime | None
    entries: int
    charged: Decimal
    talk_ms: int
    states: dict[EntryState, int]

    def count(self, states: tuple[EntryState, ...]) -> int:
        """Return how many entries stand in one of some states."""
        return sum(self.states[state] for state in states)


def campaigns() -> QuerySet[Campaign]:
    """Return all campaigns, newest first, with account and counters."""
    return Campaign.objects.select_related("account", "tally").order_by("-id")


def campaign(*, code: str) -> Campaign:
    """Return a campaign by its batch_id. One query. Raises UnknownCampaign."""
    found = campaigns().filter(code=code).first()
    if found is None:
        raise UnknownCampaign(batch_id=code)
    return found


def campaign_numbered(*, number: int) -> Campaign:
    """Return a campaign by its number, its provider besides. One query. Raises UnknownCampaign."""
    found = campaigns().select_related("account__provider", "tally").filter(pk=number).first()
    if found is None:
        raise UnknownCampaign(batch_id=str(number))
    return found


def is_active(wanted: bool) -> Q:
    """Return the condition of campaigns that call now, or do not."""
    return Q(state=CampaignState.RUNNING) if wanted else ~Q(state=CampaignState.RUNNING)


def status(*, code: str) -> CampaignStatus:
    """Return how far a campaign is. One query by key, whatever its size. Raises UnknownCampaign."""
    names = (*_TOLD, *(f"tally__{name}" for name in _COUNTED))
    row = next(iter(Campaign.objects.filter(code=code).order_by().values(*names)), None)
    if row is None:
        raise UnknownCampaign(batch_id=code)
    states = {state: int(row[f"tally__{state}"]) for state in EntryState}
    counted: dict[str, Any] = {name: row[f"tally__{name}"] for name in ("entries", "charged", "talk_ms")}
    told = {name: row[name] for name in ("code", "started_at", "completed_at")}
    return CampaignStatus(state=CampaignState(row["state"]), states=states, **told, **counted)


def status_of(found: Campaign) -> CampaignStatus:
    """Return how far a campaign is that was read with its counters; no query."""
    tally: Tally = found.tally
    return CampaignStatus(
        code=found.code,
        state=CampaignState(found.state),
        started_at=found.started_at,
        completed_at=found.completed_at,
        entries=tally.entries,
        charged=tally.charged,
        talk_ms=tally.talk_ms,
        states={state: getattr(tally, state) for state in EntryState},
    )


def progress(found: CampaignStatus) -> float:
    """Return the percentage of entries that are at an end, in two places; 100 only when all are."""
    final = found.count(FINAL)
    if not found.entries:
        return 100.0 if found.state in CAMPAIGN_ENDS else 0.0
    if final == found.entries:
        return 100.0
    return min(round(100 * final / found.entries, 2), 99.99)


def rate(part: int, whole: int) -> float | None:
    """Return a percentage in one place, None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def minutes(talk_ms: int) -> float:
    """Return milliseconds of talk as minutes in one place."""
    return round(talk_ms / MS_A_MINUTE, 1)


def money(amount: Decimal) -> float:
    """Return money in two places, as the first clients read it."""
    return float(round(amount, 2))
