"""Why are people not called, and why will some never be? Counted by state and reason (W1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from campaigns.models import Entry
from campaigns.queries.choosing import Choice
from campaigns.rules import AT_WORK, CALLABLE, FINAL, EntryReason, EntryState


@dataclass(frozen=True, slots=True)
class Stop:
    """People of one state and reason; who waits for a moment, waits for `earliest_at` or later."""

    state: EntryState
    reason: EntryReason
    entries: int
    earliest_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Say whether no call follows."""
        return self.state in FINAL


def stops_of(*, choice: Choice) -> list[Stop]:
    """Return why people of the chosen campaigns are neither called now nor won: the most first. One query."""
    stopped = Entry.objects.filter(choice.campaigns("campaign__"))
    counted = (
        stopped.exclude(state__in=[*AT_WORK, EntryState.SUCCEEDED])
        .order_by()
        .values_list("state", "reason")
        .annotate(entries=Count("pk"), at=Min("earliest_at"))
    )
    rows = [
        Stop(EntryState(state), EntryReason(reason), entries, at if state in CALLABLE else None)
        for state, reason, entries, at in counted
    ]
    return sorted(rows, key=lambda one: (one.is_final, -one.entries, one.state, one.reason))
