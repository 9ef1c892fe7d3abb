"""Why are people not called? Counted by state and reason, each with its earliest moment (W1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from campaigns.models import Campaign, Entry
from campaigns.rules import AT_WORK, CALLABLE, FINAL, EntryReason, EntryState


@dataclass(frozen=True, slots=True)
class Wait:
    """People of one state and reason: `due` may be called now, the first of the others at `earliest_at`."""

    state: EntryState
    reason: EntryReason
    people: int
    due: int
    earliest_at: datetime | None

    @property
    def is_callable(self) -> bool:
        """Say whether time alone brings their call, not a cure or a person."""
        return self.state in CALLABLE


def waits_of(found: Campaign, *, now: datetime) -> list[Wait]:
    """Return why the people of a campaign who are neither called nor done wait, the most first. One query."""
    waiting = Entry.objects.filter(campaign=found).exclude(state__in=[*FINAL, *AT_WORK])
    is_due = Q(state__in=CALLABLE, earliest_at__lte=now)
    counted = (
        waiting.order_by()
        .values_list("state", "reason")
        .annotate(
            people=Count("pk"),
            due=Count("pk", filter=is_due),
            at=Min("earliest_at", filter=Q(state__in=CALLABLE) & ~is_due),
        )
    )
    rows = [Wait(EntryState(state), EntryReason(reason), *rest) for state, reason, *rest in counted]
    return sorted(rows, key=lambda one: (-one.people, one.state, one.reason))
