"""How classification has moved from day to day: its coverage, as recorded, and each persona's contacts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import TruncDate
from django.utils import timezone

from personas.models import MetricsRecord
from personas.queries.metrics import first_moment

# What came before the first day stands in it, so that the sums are contacts from there on.
PERSONA_DAYS = """
    SELECT persona_id, greatest("on", %(first)s) AS day, sum(gained::bigint - lost)::bigint
      FROM personas_personaday WHERE "on" <= %(last)s
     GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of one day, in percent of the contacts, as its last record has it."""

    on: date
    normalization: float
    classification: float
    job_title: float


@dataclass(frozen=True, slots=True)
class PersonaTrend:
    """Contacts by persona (id), one count a day, from the first day that anything was counted."""

    days: tuple[date, ...]
    counts: dict[int, tuple[int, ...]]


def coverage_trend(*, now: datetime, days: int) -> tuple[Coverage, ...]:
    """Return the coverage of each of the last `days` days that has a record, oldest first. One query."""
    records: Any = MetricsRecord.objects.filter(computed_at__gte=first_moment(now, days))
    by_day = records.annotate(day=TruncDate("computed_at")).order_by("day", "-computed_at", "-id")
    # The coverage alone: a record has dozens of keywords, and a chart is three numbers a day.
    rows = by_day.distinct("day").values_list("day", F("figures__coverage"))
    return tuple(Coverage(day, **coverage) for day, coverage in rows)


def persona_trend(*, now: datetime, days: int) -> PersonaTrend:
    """Return each persona's contacts at the end of each of the last `days` days. One query."""
    # The days of the counts are those of the zone that Django keeps.
    last = timezone.localdate(now)
    first = last - timedelta(days=days - 1)
    with connection.cursor() as cursor:
        cursor.execute(PERSONA_DAYS, {"first": first, "last": last})
        moved = {(persona, day): contacts for persona, day, contacts in cursor.fetchall()}
    begun = min((day for _persona, day in moved), default=last + timedelta(days=1))
    dates = tuple(begun + timedelta(days=at) for at in range((last - begun).days + 1))
    return PersonaTrend(
        dates,
        {
            persona: tuple(accumulate(moved.get((persona, day), 0) for day in dates))
            for persona in sorted({persona for persona, _day in moved})
        },
    )
