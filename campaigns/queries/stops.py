"""Why are people not called, and why will some never be? Counted by state and reason (W1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from campaigns.models import Entry
from campaigns.queries.choosing import Choice
from campaigns.rules import AT_WORK, CALLABLE, FINAL, EntryReason, EntryState


@dataclass(frozen=True, slots=True)
class Stop:
    """People of one state and reason: `due` may be called now, the first of the others at `earliest_at`."""

    state: EntryState
    reason: EntryReason
    entries: int
    due: int
    earliest_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Say whether no call follows."""
        return self.state in FINAL


def stops_of(*, choice: Choice, now: datetime, over: bool = True) -> list[Stop]:
    """Return why people of the chosen campaigns are neither called now nor won: the most first. One query.

    `now` is by the clock of their calls. Not `over`: only who may still be called, which stays quick when
    thousands are at an end.
    """
    left_out = {*AT_WORK, EntryState.SUCCEEDED, *(() if over else FINAL)}
    is_due = Q(state__in=CALLABLE, earliest_at__lte=now)
    counted = (
        Entry.objects.filter(choice.campaigns("campaign__"))
        .exclude(state__in=left_out)
        .order_by()
        .values_list("state", "reason")
        .annotate(
            entries=Count("pk"),
            due=Count("pk", filter=is_due),
            at=Min("earliest_at", filter=Q(state__in=CALLABLE) & ~is_due),
        )
    )
    rows = [Stop(EntryState(state), EntryReason(reason), *rest) for state, reason, *rest in counted]
    return sorted(rows, key=lambda one: (one.is_final, -one.entries, one.state, one.reason))
