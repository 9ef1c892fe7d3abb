"""How the contacts stand: one object feeds the page, the API and the home, so that they never disagree."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection
from django.utils import timezone

from personas.models import LinkedInImport
from personas.queries.imports import linkedin_imports
from personas.queries.metrics import Recorded, recorded

TOP = 20
TOP_COMPANIES = 10
RECENT_IMPORTS = 5

# Before is what the days kept, never who was there by the persona of now: rules, titles and people change.
# Days are kept of all sources together, and say nothing before anything was counted.
SHARES = """
    WITH kept AS (
        SELECT persona_id, sum(gained::bigint - lost)::bigint AS contacts
          FROM personas_personaday WHERE "on" <= %(on)s AND %(source)s = '' GROUP BY 1)
    SELECT p.id, p.code, p.name, p.color, p.is_default, count(c.id),
           (SELECT coalesce(sum(k.contacts) FILTER (WHERE k.persona_id = p.id), 0)::bigint
              FROM kept k HAVING count(*) > 0),
           count(c.id) FILTER (WHERE c.job_title <> ''),
           count(c.id) FILTER (WHERE cp.locked OR cp.assigned_manually)
      FROM personas_persona p
      LEFT JOIN (personas_contactpersona cp JOIN personas_contact c ON c.id = cp.contact_id)
        ON cp.persona_id = p.id AND (%(source)s = '' OR c.source = %(source)s)
     GROUP BY p.id ORDER BY p.priority
"""

# Who connected before the first month stands in the month before it.
GROWTH = """
    SELECT greatest(date_trunc('month', c.first_connected_on_linkedin)::date, %(before)s) AS month,
           cp.persona_id, count(*)
      FROM personas_contact c JOIN personas_contactpersona cp ON cp.contact_id = c.id
     WHERE c.first_connected_on_linkedin < %(after)s AND (%(source)s = '' OR c.source = %(source)s)
     GROUP BY 1, 2
"""

# Only a source is a reason to look at the wide rows: without one the narrow table says all.
OF_SOURCE = "JOIN personas_contact c ON c.id = {key} AND c.source = %(source)s"

# What the default persona holds by rule; a title given by hand is decided, not unclassified.
UNCLASSIFIED = """
    SELECT t.normalized, t.normalized, count(*)
      FROM personas_contactpersona cp
      JOIN personas_persona p ON p.id = cp.persona_id AND p.is_default
      JOIN personas_jobtitle t ON t.id = cp.title_id AND t.normalized <> '' {of_source}
     WHERE NOT cp.locked AND NOT cp.assigned_manually
     GROUP BY t.id ORDER BY 3 DESC, 1 LIMIT %(limit)s
"""

COMPANIES = """
    SELECT o.key, min(o.name), count(*)
      FROM personas_contactcompany o {of_source}
     GROUP BY o.key ORDER BY 3 DESC, 1 LIMIT %(limit)s
"""

KEYWORDS = """
    SELECT cp.keyword_text, cp.keyword_text, count(*)
      FROM personas_contactpersona cp {of_source}
     WHERE cp.keyword_text <> ''
     GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Share:
    """One persona's contacts, now and at the end of the day compared with; None where nobody knows."""

    id: int
    code: str
    name: str
    color: str
    is_default: bool
    contacts: int
    contacts_before: int | None
    with_title: int
    held: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A count at two moments, None before when nobody knows; `ratio` is it in its whole."""

    now: int
    before: int | None
    of_now: int
    of_before: int | None

    @property
    def ratio(self) -> float:
        """The part now, of none: 0."""
        return self.now / self.of_now if self.of_now else 0.0

    @property
    def ratio_before(self) -> float | None:
        """The part before, None of nobody or when nobody knows."""
        return None if self.before is None or not self.of_before else self.before / self.of_before


@dataclass(frozen=True, slots=True)
class Growth:
    """New connections by month: for each persona (by id) one count a month; `before` counts earlier ones."""

    months: tuple[date, ...]
    counts: dict[int, tuple[int, ...]]
    before: dict[int, int]

    def new(self, personas: Collection[int]) -> tuple[int, ...]:
        """Return how many contacts of these personas connected in each month."""
        columns = [self.counts[one] for one in personas if one in self.counts]
        return tuple(sum(column[at] for column in columns) for at in range(len(self.months)))

    def known(self, personas: Collection[int]) -> tuple[int, ...]:
        """Return how many contacts of these personas had connected by the end of each month."""
        start = sum(self.before.get(one, 0) for one in personas)
        return tuple(accumulate(self.new(personas), initial=start))[1:]


@dataclass(frozen=True, slots=True)
class Counted:
    """Something and how many contacts have it; `key` finds them again."""

    key: str
    label: str
    contacts: int


@dataclass(frozen=True, slots=True)
class Headcount:
    """All contacts by persona now, and as the record of the day `on` has them.

    `recorded` is None when none is kept of that day, or of a source: records are of all of them together.
    The record and no sum of the shares, because the days of a persona go with it.
    """

    on: date
    shares: tuple[Share, ...]
    recorded: Recorded | None

    @property
    def contacts(self) -> Figure:
        """All contacts."""
        return self._figure(_sum(self.shares, "contacts"), "contacts")

    @property
    def classified(self) -> Figure:
        """Contacts of another persona than the default one: the coverage."""
        chosen = [share for share in self.shares if not share.is_default]
        return self._figure(_sum(chosen, "contacts"), "classified")

    @property
    def with_title(self) -> Figure:
        """Contacts whose job title is known."""
        return self._figure(_sum(self.shares, "with_title"), "with_title")

    @property
    def held(self) -> int:
        """Contacts whose persona a person decided (P7)."""
        return _sum(self.shares, "held")

    def _figure(self, now: int, name: str) -> Figure:
        whole, then = _sum(self.shares, "contacts"), self.recorded
        if then is None:
            return Figure(now, None, whole, None)
        return Figure(now, getattr(then, name), whole, then.contacts)


@dataclass(frozen=True, slots=True)
class PersonaOverview(Headcount):
    """Everything the persona dashboard says."""

    growth: Growth
    unclassified: tuple[Counted, ...]
    companies: tuple[Counted, ...]
    keywords: tuple[Counted, ...]
    imports: tuple[LinkedInImport, ...]

    @property
    def coverage_of_month(self) -> tuple[float | None, ...]:
        """Which part of those who connected in each month has a persona of its own; None where nobody did."""
        return _parts(self.growth.new(self._own), self.growth.new(self._all))

    @property
    def coverage_by_month(self) -> tuple[float | None, ...]:
        """The same of all who had connected by the end of each month."""
        return _parts(self.growth.known(self._own), self.growth.known(self._all))

    @property
    def _own(self) -> list[int]:
        return [share.id for share in self.shares if not share.is_default]

    @property
    def _all(self) -> list[int]:
        return [share.id for share in self.shares]


def overview(*, now: datetime, months: int = 12, days: int = 30, source: str = "") -> PersonaOverview:
    """Return how contacts stand at `now`, against `days` earlier, with `months` of growth.

    Seven queries, of a source six.
    """
    count = headcount(now=now, days=days, source=source)
    return PersonaOverview(
        on=count.on,
        shares=count.shares,
        recorded=count.recorded,
        growth=_growth(_months(now.date(), months), source),
        unclassified=_top(UNCLASSIFIED, "cp.contact_id", source),
        companies=_top(COMPANIES, "o.contact_id", source, limit=TOP_COMPANIES),
        keywords=_top(KEYWORDS, "cp.contact_id", source),
        imports=tuple(linkedin_imports()[:RECENT_IMPORTS]),
    )


def headcount(*, now: datetime, days: int = 30, source: str = "") -> Headcount:
    """Return the contacts by persona at `now`, best priority first, and as they were kept `days` earlier.

    Two queries, of a source one.
    """
    on = timezone.localdate(now) - timedelta(days=days)
    return Headcount(
        on=on,
        shares=tuple(Share(*row) for row in _rows(SHARES, on=on, source=source)),
        recorded=None if source else recorded(now=now, days=days),
    )


def sources() -> list[str]:
    """Return the sources that contacts came from, as the imports name them. One query."""
    names = LinkedInImport.objects.order_by("profile").values_list("profile", flat=True).distinct()
    return [LinkedInImport(profile=name).source for name in names]


def _top(statement: str, contact: str, source: str, *, limit: int = TOP) -> tuple[Counted, ...]:
    narrowed = statement.format(of_source=OF_SOURCE.format(key=contact) if source else "")
    return tuple(Counted(*row) for row in _rows(narrowed, source=source, limit=limit))


def _months(today: date, count: int) -> tuple[date, ...]:
    last = today.year * 12 + today.month - 1
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1))


def _growth(months: tuple[date, ...], source: str) -> Growth:
    after = (months[-1] + timedelta(days=32)).replace(day=1)
    before = months[0] - timedelta(days=1)
    rows = _rows(GROWTH, before=before, after=after, source=source)
    found = {(month, persona): count for month, persona, count in rows}
    personas = {persona for _month, persona in found}
    return Growth(
        months,
        {one: tuple(found.get((month, one), 0) for month in months) for one in personas},
        {one: found.get((before, one), 0) for one in personas},
    )


def _parts(own: tuple[int, ...], whole: tuple[int, ...]) -> tuple[float | None, ...]:
    return tuple(part / of if of else None for part, of in zip(own, whole, strict=True))


def _sum(rows: tuple[Share, ...] | list[Share], name: str) -> int:
    return sum(getattr(row, name) for row in rows)


def _rows(statement: str, **params: Any) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        yield from cursor.fetchall()
