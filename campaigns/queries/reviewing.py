"""Who waits for a person's decision, in the order in which it is looked at: since when, the longest first."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from campaigns.models import CallAttempt, Entry
from campaigns.queries.entries import entries
from campaigns.rules import CAMPAIGN_ENDS, EntryReason, EntryState


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What narrows the review: one campaign, one reason."""

    campaign: int | None = None
    reason: EntryReason | None = None


def to_review(narrow: ReviewFilter) -> QuerySet[Entry]:
    """Return the entries that wait for a person, the longest first; those of ended campaigns do not."""
    found = entries().filter(state=EntryState.NEEDS_REVIEW).exclude(campaign__state__in=list(CAMPAIGN_ENDS))
    if narrow.campaign is not None:
        found = found.filter(campaign=narrow.campaign)
    if narrow.reason is not None:
        found = found.filter(reason=narrow.reason)
    return found.order_by("moved_at", "id")


def review_around(
    narrow: ReviewFilter, *, at: Entry | None, before: int, after: int
) -> tuple[list[Entry], list[Entry]]:
    """Return who comes before an entry and after it; from the start without one. Two queries."""
    found = to_review(narrow)
    if at is None:
        return [], list(found[:after])
    earlier = Q(moved_at__lt=at.moved_at) | Q(moved_at=at.moved_at, pk__lt=at.pk)
    later = Q(moved_at__gt=at.moved_at) | Q(moved_at=at.moved_at, pk__gt=at.pk)
    backwards = found.filter(earlier).order_by("-moved_at", "-id")[:before]
    return list(reversed(backwards)), list(found.filter(later)[:after])


def review_counts(narrow: ReviewFilter) -> dict[EntryReason, int]:
    """Return how many wait for each reason, in the campaign that was asked for. One query."""
    found = to_review(ReviewFilter(narrow.campaign)).order_by("reason").values_list("reason")
    return {EntryReason(reason): count for reason, count in found.annotate(n=Count("pk"))}


def last_call_of(entry: Entry) -> CallAttempt | None:
    """Return the last call to an entry. One query."""
    return CallAttempt.objects.filter(entry=entry).order_by("-number").first()
