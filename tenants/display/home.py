"""What the viewers' home shows: figures with their change, what needs a person, how fresh it is (W5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from django.apps import apps

from tenants.display.charts import Spark
from tenants.display.formats import Formats, Number

Tone = Literal["good", "bad", "calm"]
Level = Literal["bad", "warn", "note"]


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved since the period before; `tone` says whether that is good news.

    `places` fixes the decimals of an amount, as those of money.
    """

    now: Number
    before: Number
    tone: Tone = "calm"
    places: int | None = None

    @property
    def direction(self) -> Literal["up", "down", "flat"]:
        """Which way it went."""
        return "flat" if self.now == self.before else "up" if self.now > self.before else "down"

    def words(self, formats: Formats) -> str:
        """Say the change as a signed per cent; as an amount when there was nothing before."""
        apart = float(self.now) - float(self.before)
        sign = "+" if apart > 0 else "−" if apart < 0 else "±"
        size = (
            formats.percent(abs(apart) / abs(float(self.before)))
            if self.before
            else formats.number(abs(apart), self.places)
        )
        return f"{sign}{size}"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure, None of nothing; `href` leads to its rows, `since` says what it changed against.

    `places` fixes its decimals: an amount of money keeps its zeros.
    """

    label: str
    value: Number | None
    href: str = ""
    change: Change | None = None
    since: str = ""
    fresh_at: datetime | None = None
    spark: Spark | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    """Something a person should look at, with why and where; `desk` is where an administrator settles it."""

    text: str
    why: str = ""
    href: str = ""
    level: Level = "warn"
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a job last ended, how ("" if it never ran), and when it runs next; `group` is its app's name."""

    label: str
    last_at: datetime | None
    next_at: datetime | None = None
    state: str = "completed"
    href: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """What people often come to see, one link away."""

    label: str
    href: str


URGENCY: Sequence[Level] = ("bad", "warn", "note")
STANDS: Sequence[str] = ("failed", "running", "waiting", "completed", "cancelled")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def urgent_first(items: Iterable[Attention]) -> list[Attention]:
    """Return what wants a look, red lights first, else in the order given."""
    return sorted(items, key=lambda item: URGENCY.index(item.level))


def failed_first(jobs: Iterable[Freshness]) -> list[Freshness]:
    """Return jobs by app, apps with a failed one first; in each what failed, what runs, then the newest."""
    known = list(jobs)
    failed = {job.group for job in known if job.state == "failed"}

    def place(job: Freshness) -> tuple[bool, str, bool, int, float]:
        stands = STANDS.index(job.state) if job.state in STANDS else len(STANDS)
        age = -(job.last_at or LONG_AGO).timestamp()
        return job.group not in failed, job.group, not job.last_at, stands, age

    return sorted(known, key=place)


def group_of(kind: str) -> str:
    """Return the name of the app that a job's kind ("app.verb") belongs to, in the reader's language."""
    try:
        return str(apps.get_app_config(kind.partition(".")[0]).verbose_name)
    except LookupError:
        return ""
