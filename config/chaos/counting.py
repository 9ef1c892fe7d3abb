"""What became of every call, in Jepsen's words: acknowledged, in doubt, lost, duplicated? (S11)"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.models import CallAttempt, LedgerRow, ProviderEvent
from campaigns.providers import EventKind
from campaigns.providers.calling import ATTEMPT_KEY
from campaigns.rules import AttemptState, LedgerKind, Outcome


@dataclass(slots=True)
class Operations:
    """Calls by what can be said of them. Of `lost` and `duplicated` there must be none.

    `acknowledged`: settled as made. `in_doubt`: it left and is not settled, or was given up and yet made,
    which nobody told: a person decides. `lost`: settled, but unknown to the provider or never paid; given up,
    and not settled though its end was told; or made, and nobody's here. `duplicated`: each further call or
    payment of one attempt.
    """

    acknowledged: int = 0
    in_doubt: int = 0
    lost: int = 0
    duplicated: int = 0

    def breaches(self) -> Iterator[str]:
        """Yield what must not be, in words."""
        if self.lost:
            yield f"{self.lost} calls are lost"
        if self.duplicated:
            yield f"{self.duplicated} calls are duplicated"


def operations(calls: Iterable[Mapping[str, Any]]) -> Operations:
    """Count the calls of a tenant against those that the provider knows. Needs its scope. Three queries."""
    known = list(calls)
    made, ended = Counter(map(_attempt_of, known)), _ends_told(known)
    paid = Counter(
        str(attempt)
        for attempt in LedgerRow.objects.filter(kind=LedgerKind.SETTLE).values_list("attempt", flat=True)
    )
    found = Operations()
    for attempt in CallAttempt.objects.only("state", "outcome", "sent_at", "ask_at"):
        key = str(attempt.pk)
        _count(found, attempt, made=made.pop(key, 0), paid=paid[key], is_told=key in ended)
    found.lost += made.total()  # what is left is nobody's
    return found


def _count(found: Operations, attempt: CallAttempt, *, made: int, paid: int, is_told: bool) -> None:
    is_open = attempt.state != AttemptState.CLOSED
    if is_told and attempt.outcome == Outcome.UNSENT and attempt.ask_at is None:
        found.lost += 1
    elif is_open or attempt.outcome == Outcome.UNSENT:
        found.in_doubt += bool(made or (is_open and attempt.sent_at))
    else:
        found.acknowledged += 1
        found.lost += not (made and paid)
    found.duplicated += max(0, made - 1) + max(0, paid - 1)


def _ends_told(calls: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the attempts whose end an applied event told. One query.

    The provider's own word that a call is over is not enough: a lost webhook told nobody.
    """
    events = ProviderEvent.objects.filter(event__in=(EventKind.ENDED, EventKind.ANALYZED), error="")
    ended = set(events.exclude(applied_at=None).values_list("call_id", flat=True))
    return {_attempt_of(call) for call in calls if call["call_id"] in ended}


def _attempt_of(call: Mapping[str, Any]) -> str:
    return str(call.get("metadata", {}).get(ATTEMPT_KEY, ""))
