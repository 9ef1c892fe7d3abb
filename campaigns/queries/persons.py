"""Somebody's rows in campaigns: by person, by number; every call to them, every wish not to be called."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from campaigns.models import CallAttempt, Entry, Suppression
from campaigns.models.entries import first_number


def entries_known_by(*, persons: Collection[str], numbers: Collection[str], most: int) -> list[Entry]:
    """Return the entries of persons (`person_key`) or called first at numbers, newest first. One query."""
    either = Q(person_key__in=persons) | Q(first__in=numbers)
    return list(_entries().alias(first=first_number()).filter(either)[:most])


def entries_by_number(*, entries: Collection[int]) -> list[Entry]:
    """Return entries, newest first. One query."""
    return list(_entries().filter(pk__in=entries))


def calls_to(*, entries: Collection[int], most: int) -> list[CallAttempt]:
    """Return the newest calls to entries, without what was said in them. One query."""
    found = CallAttempt.objects.filter(entry__in=entries).exclude(accepted_at=None)
    return list(found.select_related("campaign").order_by("-pk")[:most])


def wishes_about(*, values: Collection[str]) -> list[Suppression]:
    """Return what is in force against calling these numbers and persons, newest first. One query."""
    found = Suppression.objects.in_force().filter(value__in=values).select_related("account")
    return list(found.order_by("-pk"))


def _entries() -> QuerySet[Entry]:
    return Entry.objects.select_related("campaign").order_by("-pk")
