"""Past figures that changed: what the newest run says otherwise of weeks that an earlier one had told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from insights.models import FichaCliente, Insight
from insights.modules import MalformedResult, Module, read_result
from insights.modules.revising import RevisedWeek, revised
from insights.modules.timeline import Timeline

# A change stays marked for as long, however often a brand is analysed.
MARKED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Revision:
    """Weeks that changed since they were told at `since`."""

    since: datetime
    weeks: tuple[RevisedWeek, ...]

    @property
    def marked(self) -> frozenset[str]:
        """The ISO weeks that bear a mark."""
        return frozenset(week.semana for week in self.weeks)


def revision_of(*, ficha: FichaCliente) -> Revision | None:
    """Return what the newest analysis changed of weeks that were over; None if nothing.

    Over all networks and the whole history, whatever a page looks at. At most three queries.
    """
    told = Insight.objects.filter(ficha=ficha, run__isnull=False, q8_result__isnull=False)
    newest = _row(told)
    earlier = told.filter(analysis_timestamp__lt=newest[0]) if newest else told.none()
    if newest is None or (before := _baseline(earlier, newest[0])) is None:
        return None
    now, then = _timeline(newest[1]), _timeline(before[1])
    day = before[0].astimezone(ZoneInfo(ficha.timezone)).date()
    weeks = revised(now, then, told_on=day) if now and then else ()
    return Revision(before[0], weeks) if weeks else None


Row = tuple[datetime, Any]


def _baseline(earlier: QuerySet[Insight], now: datetime) -> Row | None:
    old_enough = _row(earlier.filter(analysis_timestamp__lte=now - MARKED_FOR))
    return old_enough or _row(earlier.reverse())


def _row(insights: QuerySet[Insight]) -> Row | None:
    return insights.values_list("analysis_timestamp", "q8_result").first()


def _timeline(stored: Any) -> Timeline | None:
    try:
        return read_result(Module.TIMELINE, stored).results
    except MalformedResult:
        return None
