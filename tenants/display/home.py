"""What the viewers' home shows: figures with their change, what needs a person, how fresh it is (W5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tenants.display.charts import Spark
from tenants.display.formats import Formats, Number

Tone = Literal["good", "bad", "calm"]
Level = Literal["bad", "warn", "note"]


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved since the period before; `tone` says whether that is good news."""

    now: Number
    before: Number
    tone: Tone = "calm"

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
            else formats.number(abs(apart))
        )
        return f"{sign}{size}"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure, None of nothing; `href` leads to its rows, `since` says what it changed against."""

    label: str
    value: Number | None
    href: str = ""
    change: Change | None = None
    since: str = ""
    fresh_at: datetime | None = None
    spark: Spark | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    """Something a person should look at, with why and where."""

    text: str
    why: str = ""
    href: str = ""
    level: Level = "warn"


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a job last ended, how, and when it runs next."""

    label: str
    last_at: datetime | None
    next_at: datetime | None = None
    state: str = "completed"
    href: str = ""
