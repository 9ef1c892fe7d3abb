"""The cases that wait for a person: review first, then by reason, newest leads first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Value

from identity.models import Case, Lead
from identity.models.names import KeyWords, bearing
from identity.rules import OUTCOMES, CaseState, IdentifierKind, Outcome, Reason

# The order of I6: what a person can settle comes first.
ORDER: Sequence[Reason] = tuple(Reason)
# A search that finds more wants another word.
MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which open cases are wanted; `week` is any day of it, `words` and `keys` come in normal form (I1)."""

    outcome: Outcome | None = None
    reason: Reason | None = None
    week: date | None = None
    text: str = ""
    words: Collection[str] = ()
    keys: Mapping[IdentifierKind, str] = field(default_factory=dict)

    @property
    def reasons(self) -> list[Reason]:
        """Return the reasons that are wanted, in their order."""
        return [one for one in ORDER if self.reason in (None, one) and self.outcome in (None, OUTCOMES[one])]


def reason_counts() -> dict[Reason, int]:
    """Count the open cases by reason, in their order, without those of none. One query."""
    rows = Case.objects.open().order_by().values_list("reason").annotate(cases=Count("pk"))
    counts = {Reason(reason): cases for reason, cases in rows}
    return {reason: counts[reason] for reason in ORDER if reason in counts}


def cases_around(
    asked: CaseFilter, *, at: Case | None, before: int, after: int
) -> tuple[list[Case], list[Case]]:
    """Return the open cases before and after a place in the order, nearest ones only; without one the first.

    The case `at` that place, open or not, is in neither. Two queries each, and one for a search.
    """
    found = narrowed(asked)
    earlier = _beside(found, asked, at, before, is_later=False) if at else []
    return earlier[::-1], _beside(found, asked, at, after, is_later=True)


def narrowed(asked: CaseFilter) -> QuerySet[Case]:
    """Return the open cases that are wanted; of a search a thousand at most."""
    found = Case.objects.open()
    if asked.week:
        monday = asked.week - timedelta(days=asked.week.weekday())
        found = found.filter(lead__lead_date__range=(monday, monday + timedelta(days=6)))
    if asked.text:
        found = found.filter(pk__in=_sought(asked))
    return found


def _sought(asked: CaseFilter) -> list[int]:
    """Return the leads that a search means: by its keys, each an index, or by the words of the name."""
    leads = Lead.objects.filter(case__state=CaseState.OPEN)
    exact = leads.filter(source_pk=asked.text)
    if asked.words:
        named = leads.alias(words=KeyWords("name_key")).filter(words=bearing(asked.words))
        return _numbers(exact, named)
    return _numbers(exact, *(leads.filter(**{f"{kind}_key": key}) for kind, key in asked.keys.items()))


def _numbers(*parts: QuerySet[Lead]) -> list[int]:
    # In no order: sorting all who bear a frequent name would take longer than finding them.
    return [one for part in parts for one in part.order_by().values_list("pk", flat=True)[:MOST_FOUND]]


def _beside(
    cases: QuerySet[Case], asked: CaseFilter, at: Case | None, size: int, *, is_later: bool
) -> list[Case]:
    """Return the next cases in one direction: each reason by its own range of the index, then together."""
    reasons = asked.reasons
    place = ORDER.index(Reason(at.reason)) if at else 0
    parts = []
    for rank, reason in enumerate(ORDER):
        if reason not in reasons or (rank < place if is_later else rank > place):
            continue
        part = cases.filter(outcome=OUTCOMES[reason], reason=reason)
        if at and rank == place:
            part = part.filter(pk__lt=at.pk) if is_later else part.filter(pk__gt=at.pk)
        ordered = part.order_by("-pk" if is_later else "pk")
        parts.append(ordered.annotate(rank=Value(rank)).values_list("rank", "pk")[:size])
    return _together(parts, size, is_later=is_later)


def _together(parts: Sequence[QuerySet[Case, Any]], size: int, *, is_later: bool) -> list[Case]:
    if not parts or not size:
        return []
    found: Any = parts[0]
    if len(parts) > 1:
        order = ("rank", "-pk") if is_later else ("-rank", "pk")
        found = found.union(*parts[1:], all=True).order_by(*order)[:size]
    numbers = [number for _rank, number in found]
    cases = Case.objects.select_related("lead").in_bulk(numbers)
    return [cases[number] for number in numbers if number in cases]
