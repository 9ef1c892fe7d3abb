"""A person's whole story: what it is known by, which rows are its own, its origin, what it is owed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from identity.models import (
    Claim,
    Driver,
    Identifier,
    Lead,
    Link,
    MergeProposal,
    Origin,
    OriginChange,
    PersonChange,
    ScoutRegistration,
    Sighting,
    TripDay,
)
from identity.rules import WINDOW_DAYS, Source

MOST_LINKS = 200
Row = Lead | Driver | ScoutRegistration


@dataclass(frozen=True, slots=True)
class Window:
    """The trips of a person's accounts in the days that count for one lead; `end` is the first day after."""

    lead: Lead
    end: date
    trips: int


@dataclass(frozen=True, slots=True)
class Story:
    """Everything about one person; `rows` are what the links stand for, by source and key."""

    identifiers: Sequence[Identifier]
    links: Sequence[Link]
    rows: Mapping[tuple[str, str], Row]
    windows: Sequence[Window]
    claims: Sequence[Claim]
    origin: Origin | None
    origin_changes: Sequence[OriginChange]
    changes: Sequence[PersonChange]
    proposals: Sequence[MergeProposal]


def story(*, person: UUID) -> Story:
    """Return a person's story, its newest 200 links at most. Eleven queries."""
    links = list(Link.objects.filter(person=person)[:MOST_LINKS])
    rows = _rows(links)
    either = Q(kept=person) | Q(other=person)
    return Story(
        identifiers=list(Identifier.objects.filter(person=person)),
        links=links,
        rows=rows,
        windows=_windows(rows.values()),
        claims=list(Claim.objects.filter(person=person).order_by("milestone")),
        origin=Origin.objects.filter(person=person).first(),
        origin_changes=list(OriginChange.objects.filter(person=person)),
        changes=list(PersonChange.objects.select_related("kept", "other").filter(either)),
        proposals=list(proposals_open().filter(Q(one=person) | Q(other=person))),
    )


def proposals_open() -> QuerySet[MergeProposal]:
    """Return the merge proposals that wait for an answer, with both persons."""
    return MergeProposal.objects.select_related("one", "other").filter(closed_at=None)


def _rows(links: Iterable[Link]) -> dict[tuple[str, str], Row]:
    keys: dict[str, list[str]] = defaultdict(list)
    for link in links:
        keys[link.source].append(link.source_pk)
    found: dict[tuple[str, str], Row] = {}
    for lead in Lead.objects.filter(source_pk__in=keys[Source.CABINET]):
        found[Source.CABINET, lead.source_pk] = lead
    for account in Driver.objects.filter(driver_id__in=keys[Source.DRIVER]):
        found[Source.DRIVER, account.driver_id] = account
    for seen in ScoutRegistration.objects.filter(source_pk__in=keys[Source.SCOUT]):
        found[Source.SCOUT, seen.source_pk] = seen
    return found


def _windows(rows: Iterable[Sighting]) -> list[Window]:
    """Count the trips of all accounts in each lead's days. One query."""
    many = list(rows)
    leads = [(one.lead_date, one) for one in many if isinstance(one, Lead) and one.lead_date]
    if not leads:
        return []
    leads.sort(key=lambda pair: (pair[0], pair[1].pk))
    accounts = [one.driver_id for one in many if isinstance(one, Driver)]
    last = leads[-1][0] + timedelta(days=WINDOW_DAYS)
    days = TripDay.objects.filter(driver_id__in=accounts, day__gte=leads[0][0], day__lt=last)
    trips = list(days.values_list("day", "trips"))
    return [_window(lead, start, trips) for start, lead in leads]


def _window(lead: Lead, start: date, days: Iterable[tuple[date, int]]) -> Window:
    end = start + timedelta(days=WINDOW_DAYS)
    return Window(lead, end, sum(trips for day, trips in days if start <= day < end))
