"""What campaigns came to over some days, against as many days before; one definition of each figure.

Calls are those that the provider took. Persons are entries: dialled when a call of theirs is closed, reached
by a contact, promised when they were reached and have promised. Over the whole life of a campaign these are
the counters of its tally.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncDate

from campaigns.models import Campaign, Entry, Tally
from campaigns.queries.campaigns import FINISHED, campaigns, rate
from campaigns.queries.choosing import Choice, calls_made
from campaigns.rules import AT_WORK, FINAL, BillingType, CampaignState, EntryState

MINUTES = "min"


@dataclass(slots=True)
class Day:
    """What one day came to; charges by currency, or by `min` for who pays in minutes."""

    on: date
    calls: int = 0
    contacts: int = 0
    talk_ms: int = 0
    charged: Counter[str] = field(default_factory=Counter)
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class People:
    """How many persons were dialled, reached, promised; how many ended, and how many of those well."""

    dialled: int
    reached: int
    promised: int
    finished: int
    succeeded: int

    @property
    def contact(self) -> float | None:
        """Percent reached of those dialled."""
        return rate(self.reached, self.dialled)

    @property
    def promise(self) -> float | None:
        """Percent promised of those reached."""
        return rate(self.promised, self.reached)

    @property
    def success(self) -> float | None:
        """Percent succeeded of those that ended by being called."""
        return rate(self.succeeded, self.finished)


@dataclass(frozen=True, slots=True)
class Period:
    """Some days together."""

    days: list[Day]
    people: People

    @property
    def calls(self) -> int:
        return sum(day.calls for day in self.days)

    @property
    def contacts(self) -> int:
        return sum(day.contacts for day in self.days)

    @property
    def talk_ms(self) -> int:
        return sum(day.talk_ms for day in self.days)

    @property
    def charged(self) -> dict[str, Decimal]:
        """By unit: money of two currencies has no sum."""
        total: Counter[str] = Counter()
        for day in self.days:
            total.update(day.charged)
        return {unit: Decimal(total[unit]) for unit in sorted(total)}

    @property
    def last_at(self) -> datetime | None:
        """When the last call was taken."""
        return max((day.last_at for day in self.days if day.last_at), default=None)


@dataclass(frozen=True, slots=True)
class Results:
    """The chosen days, and as many before them."""

    now: Period
    before: Period


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the people of the chosen campaigns stand now, whatever the days."""

    campaigns: int
    running: int
    entries: int
    final: int
    at_work: int
    on_hold: int
    needs_review: int


def results(*, choice: Choice) -> Results:
    """Return what the chosen days came to and as many before; both days are needed. Three queries."""
    first, last = choice.bounds
    shown, length = list(_days(choice).values()), (last - first).days + 1
    now, before = _people(choice)
    return Results(Period(shown[length:], now), Period(shown[:length], before))


def standing(*, choice: Choice) -> Standing:
    """Return where the people of the chosen campaigns stand. One query, over counters."""
    tallies = Tally.objects.filter(choice.campaigns("campaign__"))
    sums = {str(state): Sum(str(state), default=0) for state in EntryState}
    found = tallies.aggregate(
        campaigns=Count("pk"),
        running=Count("pk", filter=Q(campaign__state=CampaignState.RUNNING)),
        people=Sum("entries", default=0),
        **sums,
    )
    return Standing(
        campaigns=found["campaigns"],
        running=found["running"],
        entries=found["people"],
        final=sum(found[state] for state in FINAL),
        at_work=sum(found[state] for state in AT_WORK),
        on_hold=found[EntryState.ON_HOLD],
        needs_review=found[EntryState.NEEDS_REVIEW],
    )


def people_of(found: Campaign) -> People:
    """Return the same figures of a campaign's whole life, from its counters; no query."""
    tally: Any = found.tally
    finished = sum(getattr(tally, state) for state in FINISHED)
    return People(tally.dialled, tally.reached, tally.promised, finished, tally.succeeded)


def campaigns_page(*, choice: Choice, before: int | None, size: int) -> tuple[list[Campaign], int | None]:
    """Return chosen campaigns, newest first, below the number `before`, and where they go on. One query."""
    found = campaigns().filter(choice.campaigns())
    rows = list((found if before is None else found.filter(pk__lt=before))[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def running_campaigns(*, choice: Choice, most: int) -> list[Campaign]:
    """Return chosen campaigns that call now, the least finished last. One query."""
    return list(campaigns().filter(choice.campaigns(), state=CampaignState.RUNNING)[:most])


def _days(choice: Choice) -> dict[date, Day]:
    """Return every day of both periods, in order, each with what it came to."""
    wide = choice.with_before
    first, last = wide.bounds
    length = (last - first).days + 1
    days = {day: Day(day) for day in (first + timedelta(days=at) for at in range(length))}
    for on, billing, currency, calls, contacts, talk, charged, last_at in _counted(wide):
        day = days[on]
        day.calls, day.contacts, day.talk_ms = day.calls + calls, day.contacts + contacts, day.talk_ms + talk
        day.charged[MINUTES if billing == BillingType.MINUTES else currency] += charged
        day.last_at = max(filter(None, (day.last_at, last_at)))
    return days


def _counted(wide: Choice) -> Iterable[tuple[Any, ...]]:
    made = calls_made(wide).annotate(day=TruncDate("claimed_at", tzinfo=ZoneInfo(wide.zone)))
    by_day = made.values_list("day", "account__billing_type", "account__currency")
    return by_day.annotate(
        calls=Count("pk"),
        contacts=Count("pk", filter=Q(is_contact=True)),
        talk=Sum("duration_ms"),
        charged=Sum("charge"),
        last=Max("accepted_at"),
    )


def _people(choice: Choice) -> tuple[People, People]:
    """Return the persons of both periods. Two queries."""
    parts = {"now": choice.days("claimed_at"), "before": ~choice.days("claimed_at")}
    contact, promised = Q(is_contact=True), Q(entry__promise_on__isnull=False)
    each: dict[str, Any] = {}
    sums: dict[str, Any] = {}
    for name, within in parts.items():
        each |= {
            f"{name}_calls": Count("pk", filter=within),
            f"{name}_met": Count("pk", filter=within & contact),
        }
        met = Q(**{f"{name}_met__gt": 0})
        sums |= {
            f"{name}_dialled": Count("entry", filter=Q(**{f"{name}_calls__gt": 0})),
            f"{name}_reached": Count("entry", filter=met),
            f"{name}_promised": Count("entry", filter=met & promised),
        }
    closed = calls_made(choice.with_before).exclude(closed_at=None)
    found = closed.values("entry", "entry__promise_on").annotate(**each).aggregate(**sums)
    found |= _ended(choice)
    now, before = (
        People(*(found[f"{name}_{figure}"] for figure in People.__dataclass_fields__)) for name in parts
    )
    return now, before


def _ended(choice: Choice) -> dict[str, Any]:
    wide, within = choice.with_before, choice.days("finished_at")
    ended = Entry.objects.filter(wide.campaigns("campaign__"), wide.days("finished_at"), state__in=FINISHED)
    well = Q(state=EntryState.SUCCEEDED)
    return ended.aggregate(
        now_finished=Count("pk", filter=within),
        now_succeeded=Count("pk", filter=within & well),
        before_finished=Count("pk", filter=~within),
        before_succeeded=Count("pk", filter=~within & well),
    )
