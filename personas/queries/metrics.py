"""How classification stands in figures: of this moment, of the latest record, of one record a day."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from personas.models import JobTitle, MetricsRecord

FETCHED = 2_000

# One statement, so that the parts are of one moment and add up. Two scans without a join: at a million
# contacts joining them costs more than both.
FIGURES = """
    WITH known AS (
        SELECT count(*) AS total, count(*) FILTER (WHERE job_title <> '') AS titled,
               count(title_id) AS normalized
          FROM personas_contact),
    kept AS (
        SELECT persona_id, count(*) AS contacts, count(*) FILTER (WHERE locked) AS locked,
               count(*) FILTER (WHERE assigned_manually) AS by_hand
          FROM personas_contactpersona GROUP BY 1)
    SELECT n.total, n.titled, n.normalized, p.code, p.is_default, coalesce(k.contacts, 0),
           coalesce(k.locked, 0), coalesce(k.by_hand, 0),
           (SELECT count(*) FROM personas_keyword w WHERE w.persona_id = p.id)
      FROM known n LEFT JOIN personas_persona p ON true LEFT JOIN kept k ON k.persona_id = p.id
     ORDER BY p.priority
"""
# What has no normalised copy yet is counted as it was typed (R10): few rows, found by their index.
TYPED = "SELECT job_title, count(*) FROM personas_contact WHERE title_id IS NULL GROUP BY 1"


@dataclass(frozen=True, slots=True)
class ContactFigures:
    """Contacts counted; `by_persona` by code, `default_persona` with those that have none."""

    total: int
    by_persona: dict[str, int]
    locked: int
    manually_assigned: int
    with_job_title: int
    with_normalized_job_title: int
    default_persona: int

    @property
    def classified(self) -> int:
        """Contacts of another persona than the default one."""
        return self.total - self.default_persona

    def percent(self, part: int, decimals: int = 2) -> float:
        """Return a part in percent of all contacts, of none: 0."""
        return round(100 * part / self.total, decimals) if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Contacts, and keywords by their persona's code, at one moment."""

    contacts: ContactFigures
    keywords: dict[str, int]

    @property
    def keywords_total(self) -> int:
        """All keywords."""
        return sum(self.keywords.values())


@dataclass(frozen=True, slots=True)
class Recorded:
    """All contacts as the last record of a day has them: how many, with a persona of their own, a title."""

    contacts: int
    classified: int
    with_title: int


def figures() -> Figures:
    """Count contacts and keywords. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        rows = cursor.fetchall()
    total, titled, normalized = rows[0][:3]
    personas = [row[3:] for row in rows if row[3] is not None]
    by_persona = {code: contacts for code, _default, contacts, *_rest in personas}
    own = sum(contacts for _code, is_default, contacts, *_rest in personas if not is_default)
    contacts = ContactFigures(
        total=total,
        by_persona=by_persona,
        locked=sum(row[3] for row in personas),
        manually_assigned=sum(row[4] for row in personas),
        with_job_title=titled,
        with_normalized_job_title=normalized,
        default_persona=total - own,
    )
    return Figures(contacts, {row[0]: row[5] for row in personas})


def title_counts() -> Iterator[tuple[str, int]]:
    """Yield every normalised title that contacts have, with their number, without holding all. One query.

    By the dictionary's own counts, which writers keep and the nightly recount mends: to count a million
    contacts by fifty thousand titles would take longer than all the rest.
    """
    held = JobTitle.objects.filter(contacts_count__gt=0).order_by()
    yield from held.values_list("normalized", "contacts_count").iterator(chunk_size=FETCHED)


def typed_counts() -> Counter[str]:
    """Return contacts by title as it was typed, of those without a normalised copy. One query."""
    with connection.cursor() as cursor:
        cursor.execute(TYPED)
        return Counter(dict(cursor.fetchall()))


def latest_metrics() -> MetricsRecord | None:
    """Return the newest record, None before the first. One query."""
    return MetricsRecord.objects.order_by("-computed_at", "-id").first()


def metrics_history(*, now: datetime, days: int) -> list[MetricsRecord]:
    """Return the latest record of each of the last `days` days, today's included, oldest first. One query."""
    records: QuerySet[Any] = MetricsRecord.objects.filter(computed_at__gte=first_moment(now, days))
    by_day = records.annotate(day=TruncDate("computed_at")).order_by("day", "-computed_at", "-id")
    return list(by_day.distinct("day"))


def recorded(*, now: datetime, days: int) -> Recorded | None:
    """Return how all contacts stood `days` days ago, by that day's last record; None of none. One query."""
    begins, ends = first_moment(now, days + 1), first_moment(now, days)
    of_day: QuerySet[Any] = MetricsRecord.objects.filter(computed_at__gte=begins, computed_at__lt=ends)
    newest = of_day.order_by("-computed_at", "-id")
    found = newest.values_list("figures__contacts", flat=True).first()
    if found is None:
        return None
    own = found["total"] - found["default_persona"]
    return Recorded(found["total"], own, found["with_job_title"])


def first_moment(now: datetime, days: int) -> datetime:
    """Return when the first of the last `days` days began, today's included."""
    first = timezone.localdate(now) - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(first, time.min))
