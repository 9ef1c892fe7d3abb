"""What happened to a person of a campaign, one thing after the other: decisions, calls, the end (W1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from campaigns.models import CallAttempt, Entry
from tenants.records.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Chapter:
    """One thing that happened: somebody's decision (`verb`, `change`, `by`), or a call."""

    at: datetime
    verb: str = ""
    change: dict[str, Any] | None = None
    by: UUID | None = None
    call: CallAttempt | None = None


def story_of(entry: Entry) -> list[Chapter]:
    """Return every decision about an entry and every call to it, the oldest first. Two queries."""
    decided = AuditEntry.objects.filter(object_type="entry", object_id=str(entry.pk))
    chapters = [Chapter(one.at, one.verb, one.change, one.actor) for one in decided]
    chapters += [Chapter(one.claimed_at, call=one) for one in calls_of(entry)]
    return sorted(chapters, key=lambda one: one.at)


def calls_of(entry: Entry) -> QuerySet[CallAttempt]:
    """Return the calls to an entry in order."""
    return CallAttempt.objects.filter(entry=entry).order_by("number")
