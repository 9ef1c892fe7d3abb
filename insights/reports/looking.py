"""A look at a brand: range, platform, tab; what it shows, and the addresses that show the same (W6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from insights.labelling import labeller_for
from insights.models import FichaCliente
from insights.modules import Module, View
from insights.modules.selecting import Choice
from insights.queries import kept
from insights.queries.kept import KeptResults
from insights.queries.looks import EVERYTHING, Stock, comments_of, stock_of, view_of
from insights.rules import END_OF_DAY, Platform

OVERVIEW = "overview"
TABS = (OVERVIEW, *(module.key for module in Module))
ALL, CUSTOM = "all", "custom"
RANGES = ("7", "30", "90", ALL, CUSTOM)
USUAL = "30"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One look at one brand. `since`, `until`: local days, both included; None is open.

    Programs may ask for more: `moments` (aware, both included, None is open) instead of days, and `run`, for
    only what that run brought.
    """

    ficha: FichaCliente
    span: str
    since: date | None
    until: date | None
    platform: Platform | None
    tab: str = OVERVIEW
    moments: tuple[datetime | None, datetime | None] | None = None
    run: int | None = None

    @property
    def start(self) -> datetime | None:
        """The first moment of the range, aware."""
        return self.moments[0] if self.moments else self._moment(self.since, time.min)

    @property
    def end(self) -> datetime | None:
        """The last moment of the range, aware."""
        return self.moments[1] if self.moments else self._moment(self.until, END_OF_DAY)

    @property
    def params(self) -> dict[str, str]:
        """What an address must say to show the same."""
        said = {"ficha": str(self.ficha.pk), "range": self.span, "platform": self.platform or ""}
        if self.span == CUSTOM:
            said |= {"from": str(self.since or ""), "to": str(self.until or "")}
        return {name: value for name, value in said.items() if value}

    def href(self, tab: str = "") -> str:
        """Return the address of the same look at a tab."""
        params = self.params | ({"tab": tab} if tab not in ("", OVERVIEW) else {})
        return f"{reverse('insights:dashboard')}?{urlencode(params)}"

    def comments(self, **choice: str) -> str:
        """Return the address of the comments under a figure of this look."""
        params = self.params | {name: value for name, value in choice.items() if value}
        return f"{reverse('insights:comments')}?{urlencode(params)}"

    def whole(self) -> "Chosen":
        """Return the look at all that the brand has: every day, every network."""
        return replace(self, span=ALL, since=None, until=None, platform=None, moments=None, run=None)

    def before(self) -> "Chosen | None":
        """Return the look at as many days just before; None when the range is open."""
        if self.since is None or self.until is None or self.run is not None:
            return None
        days = self.until - self.since + timedelta(days=1)
        return replace(self, span=CUSTOM, since=self.since - days, until=self.until - days)

    def _moment(self, day: date | None, clock: time) -> datetime | None:
        return None if day is None else datetime.combine(day, clock, ZoneInfo(self.ficha.timezone))


def view_for(looked: Chosen, choice: Choice = EVERYTHING) -> View:
    """Return the posts and comments of a look, at least those that a choice names. Three queries."""
    return view_of(**_asked(looked), choice=choice)


def results_for(looked: Chosen, *, language: str) -> KeptResults:
    """Return every module's answer of a look. One query when it is kept, else five."""
    return kept.results_for(**_asked(looked), language=language)


def stock_for(looked: Chosen) -> Stock:
    """Return how many comments a look has, and who read them. One query."""
    return stock_of(comments_of(**_seen(looked)))


def _asked(looked: Chosen) -> dict[str, Any]:
    engine = labeller_for(looked.ficha.model)
    return _seen(looked) | {"engine": engine.engine, "version": engine.version}


def _seen(looked: Chosen) -> dict[str, Any]:
    return {
        "ficha": looked.ficha,
        "start": looked.start,
        "end": looked.end,
        "platforms": (looked.platform,) if looked.platform else (),
        "run": looked.run,
    }
